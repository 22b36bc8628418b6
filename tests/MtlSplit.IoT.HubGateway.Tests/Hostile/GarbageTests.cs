using CsCheck;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Hostile;

public sealed class GarbageTests
{
    private static readonly byte[][] Good =
    [
        RawClient.SubscribeBytes((GatewayBench.Inputs, 1), ("$iothub/twin/res/#", 0)),
        Publish("$iothub/twin/GET/?$rid=1"u8),
        Publish("$iothub/twin/PATCH/properties/reported/?$rid=2"u8),
        Publish("$iothub/methods/res/200/?$rid=3"u8),
        Publish("devices/d1/modules/head/messages/events/a=1&%24.mid=%zz"u8),
        [0xC0, 0],
        [0x40, 2, 0, 1],
    ];

    private static readonly Gen<byte[]> Random = Gen.Byte.Array[0, 300];

    private static readonly Gen<byte[]> Changed = Gen.Select(Gen.Int[0, Good.Length - 1].Array[1, 4], Gen.Select(Gen.Int[0, 1000], Gen.Byte).Array[1, 4]).Select((which, changes) =>
    {
        byte[] bytes = [.. which.SelectMany(i => Good[i])];
        foreach (var (at, value) in changes)
        {
            bytes[at % bytes.Length] = value;
        }

        return bytes;
    });

    [Fact]
    public async Task Bytes_InsteadOfAConnect_EndInThatConnectionsEndAlone() => await SurviveAsync(Random, connected: false);

    [Fact]
    public async Task Bytes_AfterAConnect_EndInThatConnectionsEndAlone() => await SurviveAsync(Random, connected: true);

    [Fact]
    public async Task GoodPackets_WithBytesChanged_EndInThatConnectionsEndAlone() => await SurviveAsync(Changed, connected: true);

    private static async Task SurviveAsync(Gen<byte[]> bytes, bool connected)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var witness = await bench.ConnectAsync("d2");
        await bytes.SampleAsync(
            async garbage =>
            {
                var (theirs, ours) = DuplexPipes.Pair();
                var serving = bench.Gateway.AcceptAsync(ours, null, CancellationToken.None);
                await using (var raw = new RawClient(theirs))
                {
                    try
                    {
                        if (connected)
                        {
                            await raw.ConnectAsync("d1/head");
                        }

                        await raw.SendAsync(garbage);
                    }
                    catch (Exception e) when (e is IOException or InvalidOperationException)
                    {
                        // Closed before all was sent.
                    }
                }

                await Expect.WithinAsync(serving, "the connection ends");
            },
            iter: 1_000,
            threads: 1);

        await witness.PingAsync();
        await Expect.UntilAsync(() => bench.Gateway.Statistics.Connections == 1, "only the witness is connected");
        Assert.True(bench.Gateway.IsConnected(new HubProtocol.Identities.HubIdentity("d2")));
    }

    private static byte[] Publish(ReadOnlySpan<byte> topic) => [0x32, (byte)(topic.Length + 6), 0, (byte)topic.Length, .. topic, 0, 9, (byte)'{', (byte)'}'];
}
