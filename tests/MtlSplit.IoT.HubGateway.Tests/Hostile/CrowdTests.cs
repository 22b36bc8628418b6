using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Hostile;

public sealed class CrowdTests
{
    [Fact]
    public async Task AThousandClients_AreAllServed_AndAllLeave()
    {
        const int clients = 1_000;
        var bench = await GatewayBench.StartAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, clients), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken }, async (i, ct) =>
        {
            var raw = new RawClient(await DialAsync(bench));
            lock (bench)
            {
                bench.Add(raw);
            }

            Assert.Equal(0, (await raw.ConnectAsync($"d{i}/m", clean: i % 2 == 0)).Code);
            await raw.SubscribeAsync(($"devices/d{i}/modules/m/inputs/#", 1), ("$iothub/twin/res/#", 0));
            await raw.PublishAsync("$iothub/twin/GET/?$rid=1", "");
            await raw.NextAsync(PacketKind.Publish);
            await raw.PublishAsync($"devices/d{i}/modules/m/messages/events/", "x", id: 1);
            await raw.NextAsync(PacketKind.PubAck);
            var delivering = bench.Gateway.DeliverInputAsync(new HubIdentity($"d{i}", "m"), "in", new HubMessage { System = new MessageProperties { ConnectionDeviceId = $"d{i}" } }, ct);
            await raw.AcknowledgeAsync((await raw.NextAsync(PacketKind.Publish)).Id);
            Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(delivering, "the delivery's end"));
        });
        var crowded = bench.Gateway.Statistics;
        await bench.DisposeAsync();

        Assert.Equal((clients, clients, clients, clients), (crowded.Connections, crowded.Telemetry, crowded.TwinReads, crowded.Inputs));
        Assert.Equal((0, clients / 2), (bench.Gateway.Statistics.Connections, bench.Gateway.Statistics.Sessions));
    }

    private static async Task<Stream> DialAsync(GatewayBench bench)
    {
        var client = new System.Net.Sockets.TcpClient { NoDelay = true };
        await client.ConnectAsync(System.Net.IPAddress.Loopback, bench.Gateway.Port, TestContext.Current.CancellationToken);
        return client.GetStream();
    }
}
