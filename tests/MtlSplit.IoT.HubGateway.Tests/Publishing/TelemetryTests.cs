using System.Globalization;
using System.Text;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Publishing;

public sealed class TelemetryTests
{
    [Theory]
    [InlineData("devices/d1/modules/head/messages/events")]
    [InlineData("devices/d1/modules/head/messages/events/")]
    [InlineData("devices/d1/modules/head/messages/events/%24.mid=7&%24.on=labels&a=1&b&c=")]
    [InlineData("devices/d1/modules/head/messages/events/%24.mid=7&%24.on=labels&a=1&b&c=/")]
    public async Task Message_InAnyFormOfItsTopic_ReachesTheHubWithItsSender(string topic)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.PublishAsync(topic, "hello", id: 9);

        Assert.Equal(9, (await raw.NextAsync(PacketKind.PubAck)).Id);
        var message = await bench.TelemetryAsync();
        Assert.Equal("hello", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(("d1", "head"), (message.System.ConnectionDeviceId, message.System.ConnectionModuleId));
        if (topic.Contains("mid", StringComparison.Ordinal))
        {
            Assert.Equal(("7", "labels"), (message.System.MessageId, message.System.OutputName));
            Assert.Equal([KeyValuePair.Create<string, string?>("a", "1"), KeyValuePair.Create<string, string?>("b", null), KeyValuePair.Create<string, string?>("c", "")], message.Properties);
        }
    }

    [Fact]
    public async Task Message_ThatSaysAnotherSentIt_ReachesTheHubWithWhoReallyDid()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync("d1");
        await raw.PublishAsync("devices/d1/messages/events/%24.cdid=d2&%24.cmid=head", "x", id: 1);

        var message = await bench.TelemetryAsync(new HubIdentity("d1"));
        Assert.Equal(("d1", null), (message.System.ConnectionDeviceId, message.System.ConnectionModuleId));
    }

    [Fact]
    public async Task Message_WithTheRetainFlag_HasTheProperty_AndIsNotRetained()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.PublishAsync(GatewayBench.Telemetry + "a=1", "x", id: 1, retain: true);
        await raw.NextAsync(PacketKind.PubAck);

        Assert.Equal([KeyValuePair.Create<string, string?>("a", "1"), KeyValuePair.Create<string, string?>("mqtt-retain", "true")], (await bench.TelemetryAsync()).Properties);
        await raw.SubscribeAsync(("devices/d1/modules/head/#", 1));
        await raw.PingAsync();
    }

    [Fact]
    public async Task Message_OfAModuleThatSubscribesAllOfItsOwn_IsNotSentBackToIt()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync(("devices/d1/modules/head/#", 1));
        await raw.PublishAsync(GatewayBench.Telemetry, "x", id: 1);

        await raw.NextAsync(PacketKind.PubAck);
        await raw.PingAsync();
    }

    [Fact]
    public async Task Acknowledgements_ComeInOrder_AndOnlyAfterTheHubHasTheMessage()
    {
        await using var bench = await GatewayBench.StartAsync();
        var gate = new TaskCompletionSource();
        bench.Backend.OnTelemetry = async (_, ct) => await gate.Task.WaitAsync(ct);
        await using var raw = await bench.ConnectAsync();
        for (ushort id = 1; id <= 5; id++)
        {
            await raw.PublishAsync(GatewayBench.Telemetry, id.ToString(CultureInfo.InvariantCulture), id);
        }

        // The answer to the ping overtakes: nothing was acknowledged before it, and a slow hub stops no pings.
        await raw.PingAsync();
        gate.SetResult();
        for (ushort id = 1; id <= 5; id++)
        {
            Assert.Equal(id, (await raw.NextAsync(PacketKind.PubAck)).Id);
            Assert.Equal(id.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetString((await bench.TelemetryAsync()).Body.Span));
        }
    }

    [Fact]
    public async Task Message_ThatTheHubRefuses_ClosesTheConnectionWithoutAnAcknowledgement()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.OnTelemetry = (_, _) => throw new HubException(HubErrors.ThrottlingException, "too much");
        await using var raw = await bench.ConnectAsync();
        await raw.PublishAsync(GatewayBench.Telemetry, "x", id: 1);

        await raw.ClosedAsync("the hub refused its message");
        Assert.Equal((0, 1), (bench.Gateway.Statistics.Telemetry, bench.Gateway.Statistics.TelemetryFailed));
    }

    public static TheoryData<string, string> Illegal => new()
    {
        { "another module's", "devices/d1/modules/other/messages/events/" },
        { "another device's", "devices/d2/messages/events/" },
        { "the device's own", "devices/d1/messages/events/" },
        { "an input", "devices/d1/modules/head/inputs/in/a=1" },
        { "not of the dialect", "a/b" },
        { "no events", "devices/d1/modules/head/messages/other/" },
        { "a desired patch", "$iothub/twin/PATCH/properties/desired/?$version=3" },
        { "a method call", "$iothub/methods/POST/go/?$rid=1" },
        { "a twin answer", "$iothub/twin/res/200/?$rid=1" },
        { "a twin request without its id", "$iothub/twin/GET/" },
        { "a method's answer with no number", "$iothub/methods/res/fine/?$rid=1" },
        { "a property that is no time", GatewayBench.Telemetry + "%24.exp=tomorrow" },
        { "a property without a name", GatewayBench.Telemetry + "=1" },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public async Task Publish_OnATopicThatIsNotTheClients_ClosesTheConnection(string what, string topic)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.PublishAsync(topic, "x", id: 1);

        await raw.ClosedAsync(what);
        await Expect.UntilAsync(() => bench.Gateway.Statistics.Faults == 1, $"it is counted: {what}");
        Assert.False(bench.Backend.Telemetry.TryRead(out _), what);
    }

    [Fact]
    public async Task Publish_WithQos2_ClosesTheConnection()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SendAsync(0x34, [0, 1, (byte)'a', 0, 1]);

        await raw.ClosedAsync("QoS 2 is not offered");
    }

    [Fact]
    public async Task Message_OfExactlyTheLimit_IsTaken_AndAByteMoreClosesTheConnection()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.PublishAsync(GatewayBench.Telemetry + "ab=cd", new byte[256 * 1024 - 4], id: 1);
        Assert.Equal(1, (await raw.NextAsync(PacketKind.PubAck)).Id);
        Assert.Equal(256 * 1024 - 4, (await bench.TelemetryAsync()).Body.Length);
        await raw.PublishAsync(GatewayBench.Telemetry + "ab=cd", new byte[256 * 1024 - 3], id: 2);

        await raw.ClosedAsync("the message is too large");
        Assert.False(bench.Backend.Telemetry.TryRead(out _));
    }

    [Fact]
    public async Task Packet_ThatClaimsToBeLargerThanAnyMessage_ClosesTheConnectionAtOnce()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SendAsync([0x30, 0xFF, 0xFF, 0xFF, 0x7F]);

        await raw.ClosedAsync("the packet is too large");
    }

    [Fact]
    public async Task Messages_BeforeGoodbye_AllReachTheHub()
    {
        await using var bench = await GatewayBench.StartAsync();
        var gate = new TaskCompletionSource();
        bench.Backend.OnTelemetry = async (_, ct) => await gate.Task.WaitAsync(ct);
        await using var raw = await bench.ConnectAsync();
        for (var i = 0; i < 50; i++)
        {
            await raw.PublishAsync(GatewayBench.Telemetry, "x");
        }

        await raw.SayGoodbyeAsync();
        await Expect.UntilAsync(() => !bench.Gateway.IsConnected(GatewayBench.Head), "the goodbye is heard");
        gate.SetResult();
        await raw.ClosedAsync("it said goodbye");
        await Expect.UntilAsync(() => bench.Gateway.Statistics.Telemetry == 50, "all are taken");
        await Expect.UntilAsync(() => bench.Gateway.Statistics.Connections == 0, "the client is gone");
    }

    [Fact]
    public async Task Client_ThatSendsMoreThanTheHubTakes_IsHeldBackAndNothingIsLost()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxPendingBytes = 10_000 });
        var gate = new TaskCompletionSource();
        var asked = 0;
        bench.Backend.OnTelemetry = async (_, ct) =>
        {
            Interlocked.Increment(ref asked);
            await gate.Task.WaitAsync(ct);
        };
        await using var raw = await bench.ConnectAsync();
        var sending = SendAllAsync();
        await Expect.UntilAsync(() => asked == 1, "the hub is asked");

        // 20 MB do not fit into what the sockets hold: the client cannot have sent it all.
        Assert.False(sending.IsCompleted);
        gate.SetResult();
        await Expect.WithinAsync(sending, "the client goes on");
        for (ushort id = 1; id <= 200; id++)
        {
            Assert.Equal(id, (await raw.NextAsync(PacketKind.PubAck)).Id);
        }

        async Task SendAllAsync()
        {
            for (ushort id = 1; id <= 200; id++)
            {
                await raw.PublishAsync(GatewayBench.Telemetry, new byte[100_000], id);
            }
        }
    }
}
