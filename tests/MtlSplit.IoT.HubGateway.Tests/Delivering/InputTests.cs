using System.Text;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Delivering;

public sealed class InputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("devices/d1/modules/head/inputs/#")]
    [InlineData("devices/d1/modules/head/#")]
    public async Task Input_ArrivesAsTheSdksWantIt_AndEndsWithItsAcknowledgement(string filter)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((filter, 1));
        var message = From("m") with
        {
            System = new MessageProperties { ConnectionDeviceId = "d1", ConnectionModuleId = "backbone", OutputName = "features", MessageId = "7" },
            Properties = [new("a b", "1"), new("c", null)],
        };
        var delivering = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", message, Token);

        var packet = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal((1, false, "m"), (packet.Qos, packet.Duplicate, packet.Payload));
        Assert.Equal("devices/d1/modules/head/inputs/in/%24.mid=7&%24.cdid=d1&%24.cmid=backbone&a%20b=1&c", packet.Topic);
        Assert.False(delivering.IsCompleted);
        await raw.AcknowledgeAsync(packet.Id);
        Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(delivering, "the delivery's end"));
        Assert.Equal(1, bench.Gateway.Statistics.Inputs);
    }

    [Fact]
    public async Task Inputs_GoOneAtATimeAndInOrder()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        var delivering = Enumerable.Range(0, 20).Select(i => bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From($"{i}"), Token)).ToList();
        for (var i = 0; i < 20; i++)
        {
            var packet = await raw.NextAsync(PacketKind.Publish);
            Assert.Equal($"{i}", packet.Payload);

            // The answer to the ping is the next packet: no second message is on its way.
            await raw.PingAsync();
            await raw.AcknowledgeAsync(packet.Id);
        }

        Assert.All(await Task.WhenAll(delivering), outcome => Assert.Equal(InputOutcome.Completed, outcome));
    }

    [Fact]
    public async Task Input_ThatIsNotAcknowledged_IsSentAgain_AndTheNextStaysBehindIt()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync(keepAlive: 0);
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        var first = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("first"), Token);
        var second = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("second"), Token);
        var packet = await raw.NextAsync(PacketKind.Publish);
        await bench.PassUntilAsync(() => bench.Gateway.Statistics.InputRepeats == 1, "it is sent again");

        var again = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal(("first", packet.Id, true), (again.Payload, again.Id, again.Duplicate));
        await raw.AcknowledgeAsync(again.Id);
        Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(first, "the first delivery's end"));
        var next = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal("second", next.Payload);
        await raw.AcknowledgeAsync(next.Id);
        Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(second, "the second delivery's end"));
    }

    [Fact]
    public async Task Input_ThatIsNeverAcknowledged_IsGivenUp()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, InputAttempts = 2 });
        await using var raw = await bench.ConnectAsync(keepAlive: 0);
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        var delivering = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("m"), Token);
        await bench.PassUntilAsync(() => delivering.IsCompleted, "it is given up");

        Assert.Equal(InputOutcome.TimedOut, await delivering);
        Assert.Equal((1, 1, 0), (bench.Gateway.Statistics.InputRepeats, bench.Gateway.Statistics.InputTimeouts, bench.Gateway.Statistics.Inputs));
    }

    [Fact]
    public async Task Acknowledgement_OfSomethingElse_IsPassedOver()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        await raw.AcknowledgeAsync(1);
        await raw.PingAsync();
        var delivering = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("m"), Token);
        var packet = await raw.NextAsync(PacketKind.Publish);
        await raw.AcknowledgeAsync((ushort)(packet.Id + 1));
        await raw.PingAsync();
        Assert.False(delivering.IsCompleted);
        await raw.AcknowledgeAsync(packet.Id);

        Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(delivering, "the delivery's end"));
    }

    [Fact]
    public async Task Inputs_WhenTheConnectionEnds_AllEnd()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        var delivering = Enumerable.Range(0, 5).Select(i => bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From($"{i}"), Token)).ToList();
        await raw.NextAsync(PacketKind.Publish);
        await raw.DisposeAsync();

        Assert.All(await Expect.WithinAsync(Task.WhenAll(delivering), "every delivery's end"), outcome => Assert.Equal(InputOutcome.Disconnected, outcome));
    }

    [Fact]
    public async Task Input_ThatIsCancelledWhileItWaits_LeavesTheTurnToTheNext()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        using var stop = new CancellationTokenSource();
        var first = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("first"), Token);
        var second = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("second"), stop.Token);
        var third = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("third"), Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await raw.AcknowledgeAsync((await raw.NextAsync(PacketKind.Publish)).Id);
        var packet = await raw.NextAsync(PacketKind.Publish);

        Assert.Equal("third", packet.Payload);
        await raw.AcknowledgeAsync(packet.Id);
        Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(first, "the first delivery's end"));
        Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(third, "the third delivery's end"));
    }

    [Fact]
    public async Task Input_ForAModuleThatCannotTakeIt_SaysWhy()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxWaitingInputs = 1 });
        Assert.Equal(InputOutcome.NotConnected, await bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("m"), Token));
        await using var raw = await bench.ConnectAsync();
        Assert.Equal(InputOutcome.NotSubscribed, await bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("m"), Token));
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        var first = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("first"), Token);
        var second = bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("second"), Token);

        Assert.Equal(InputOutcome.Busy, await bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("third"), Token));
        Assert.Equal(InputOutcome.TooLarge, await bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From(new string('x', 300_000)), Token));
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal(1, bench.Gateway.Statistics.InputsBusy);
    }

    [Fact]
    public async Task Input_OfAModuleThatSubscribedWithQos0_IsDoneWithOnceSent()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((GatewayBench.Inputs, 0));

        Assert.Equal(InputOutcome.Completed, await Expect.WithinAsync(bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", From("m"), Token), "the delivery's end"));
        Assert.Equal((0, "m"), ((await raw.NextAsync(PacketKind.Publish)) is var packet ? packet.Qos : -1, packet.Payload));
    }

    [Fact]
    public async Task Input_ThatCannotBeAddressed_IsTheCallersFault()
    {
        await using var bench = await GatewayBench.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => bench.Gateway.DeliverInputAsync(GatewayBench.Head, "in", new HubMessage(), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => bench.Gateway.DeliverInputAsync(GatewayBench.Head, "a/b", From("m"), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => bench.Gateway.DeliverInputAsync(new HubIdentity("d1"), "in", From("m"), Token));
    }

    private static HubMessage From(string body) => new()
    {
        Body = Encoding.UTF8.GetBytes(body),
        System = new MessageProperties { ConnectionDeviceId = "d1", ConnectionModuleId = "backbone" },
    };
}
