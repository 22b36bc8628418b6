using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.Testing.Mqtt;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Connecting;

/// <summary>
/// Every field that leaves, beside what Microsoft's SDKs were seen to send. Where they differ from each other or from this client on purpose, the
/// test says so.
/// </summary>
public sealed partial class PacketTests : IAsyncLifetime
{
    private readonly ScriptedHub _hub = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IEnumerable<MqttPublish> Publishes => _hub.Server.Publishes;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Connect_FieldByField()
    {
        await Expect.WithinAsync(_hub.Client(o => o.ProductInfo = "backbone").OpenAsync(Ct), "the connection");

        var connect = (await _hub.Server.LinkAsync(0)).Connect!;
        Assert.Equal("MQTT", connect.ProtocolName);
        Assert.Equal(4, connect.ProtocolLevel);
        Assert.False(connect.Reserved);
        // Both SDKs keep the session.
        Assert.False(connect.CleanSession);
        Assert.False(connect.HasWill);
        Assert.Equal(0, connect.WillQos);
        Assert.False(connect.WillRetain);
        // On purpose: the .NET SDK says 300 s and pings every 75, Node says 180. A lost link should not take minutes to be noticed.
        Assert.Equal(60, connect.KeepAliveSeconds);
        Assert.Equal("d1/head", connect.ClientId);
        // The host is the hub's, as Node has it; the .NET SDK puts the dialled gateway there. Hubs do not look at it. The version is Node's.
        Assert.Matches(@"^mtl-hub\.local/d1/head/\?api-version=2021-04-12&DeviceClientType=MtlSplit\.IoT\.EdgeModule%2F[0-9.]+%20%28\.NET%20[0-9.]+%29%20backbone$", connect.Username);
        Assert.True(connect.HasPassword);
        Assert.Matches(@"^SharedAccessSignature sr=mtl-hub\.local%2Fdevices%2Fd1%2Fmodules%2Fhead&sig=[A-Za-z0-9%]+&se=[0-9]+$", connect.PasswordText);
        var life = long.Parse(ExpiryIn().Match(connect.PasswordText).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(life, 3500, 3600);
    }

    [Fact]
    public async Task Subscribe_FieldByField()
    {
        var client = _hub.Client();
        await Expect.WithinAsync(client.OpenAsync(Ct), "the connection");
        // As Node, not as the .NET SDK: nothing is subscribed to before it is used.
        Assert.DoesNotContain(_hub.Server.Frames, f => f.Type == 8);

        await Expect.WithinAsync(client.GetTwinAsync(Ct), "the twin");
        await Expect.WithinAsync(client.SetMethodHandlerAsync("m", (_, _) => Task.FromResult(new MethodResult(200)), Ct), "methods");
        await Expect.WithinAsync(client.SetInputHandlerAsync("in", (_, _) => Task.FromResult(InputAnswer.Completed), Ct), "inputs");
        await Expect.WithinAsync(client.SetDesiredPropertyHandlerAsync((_, _) => Task.CompletedTask, Ct), "desired properties");

        var subscribes = _hub.Server.Frames.Where(f => f.Type == 8).ToList();
        Assert.All(subscribes, f => Assert.Equal(0x82, f.Header));
        Assert.All(subscribes, f => Assert.NotEqual(0, f.AsSubscribe().PacketId));
        // One filter in each, in the spelling and at the level of Node. The .NET SDK asks for QoS 1 everywhere and for the whole module: an answer
        // or a call that waits for a client's return is of no use to it.
        Assert.Equal(
            [("$iothub/twin/res/#", 0), ("$iothub/methods/POST/#", 0), ("devices/d1/modules/head/inputs/#", 1), ("$iothub/twin/PATCH/properties/desired/#", 0)],
            subscribes.Select(f => Assert.Single(f.AsSubscribe().Filters)).Select(s => (s.Filter, (int)s.Qos)));
    }

    [Fact]
    public async Task Event_FieldByField()
    {
        var client = _hub.Client();
        var message = new HubMessage
        {
            Body = new byte[] { 1, 2, 3 },
            System = new MessageProperties { MessageId = "m 1", ContentType = "application/json", ContentEncoding = "utf-8" },
            Properties = [new("temp alert", "tru/e&?"), new("none", null), new("empty", "")],
        };

        await Expect.WithinAsync(client.SendEventAsync(message, Ct), "an event");
        await Expect.WithinAsync(client.SendEventAsync("out 1", message, Ct), "an event of an output");
        await Expect.WithinAsync(client.SendEventAsync(new HubMessage(), Ct), "an empty event");

        Assert.All(_hub.Events, e => Assert.Equal((1, false, false), (e.Qos, e.Retain, e.Duplicate)));
        Assert.Equal(3, _hub.Events.Select(e => e.PacketId).Distinct().Count());
        Assert.All(_hub.Events.Take(2), e => Assert.Equal([1, 2, 3], e.Payload));
        // Names and values as RFC 3986 has them, as from both SDKs. Without a slash at the end, as from Node's sendEvent; the .NET SDK and
        // Node's sendOutputEvent add one. Hubs take both.
        const string Bag = "%24.mid=m%201&%24.ct=application%2Fjson&%24.ce=utf-8&temp%20alert=tru%2Fe%26%3F&none&empty=";
        Assert.Equal(
            [$"devices/d1/modules/head/messages/events/{Bag}", $"devices/d1/modules/head/messages/events/%24.on=out%201&{Bag}", "devices/d1/modules/head/messages/events/"],
            _hub.Events.Select(e => e.Topic));
    }

    [Fact]
    public async Task TwinRequests_FieldByField()
    {
        var client = _hub.Client();
        await Expect.WithinAsync(client.GetTwinAsync(Ct), "the twin");
        await Expect.WithinAsync(client.UpdateReportedPropertiesAsync(new JsonObject { ["a"] = 1, ["b"] = null }, Ct), "a change");

        var requests = Publishes.ToList();
        Assert.All(requests, p => Assert.Equal((0, false, false), (p.Qos, p.Retain, p.Duplicate)));
        Assert.Matches(@"^\$iothub/twin/GET/\?\$rid=[0-9a-f-]+$", requests[0].Topic);
        // Empty, as from the .NET SDK; Node sends one space. Hubs do not look at it.
        Assert.Empty(requests[0].Payload);
        Assert.Matches(@"^\$iothub/twin/PATCH/properties/reported/\?\$rid=[0-9a-f-]+$", requests[1].Topic);
        Assert.Equal("""{"a":1,"b":null}""", requests[1].Text);
        Assert.NotEqual(requests[0].Topic.Split('=')[1], requests[1].Topic.Split('=')[1]);
    }

    [Fact]
    public async Task MethodResponse_FieldByField()
    {
        await Expect.WithinAsync(_hub.Client().SetMethodHandlerAsync("m", (_, _) => Task.FromResult(new MethodResult(207, new JsonObject { ["x"] = 1 })), Ct), "methods");

        Assert.Equal((207, """{"x":1}"""), await _hub.CallAsync("m", "null"));
        var response = Assert.Single(Publishes);
        Assert.Equal("$iothub/methods/res/207/?$rid=1", response.Topic);
        Assert.Equal((0, false, false), (response.Qos, response.Retain, response.Duplicate));
    }

    [Fact]
    public async Task Input_IsAcknowledgedWithItsIdentifier()
    {
        await Expect.WithinAsync(_hub.Client().SetInputHandlerAsync("in", (_, _) => Task.FromResult(InputAnswer.Completed), Ct), "inputs");

        var id = await _hub.Live!.PublishAsync("devices/d1/modules/head/inputs/in/%24.cdid=d1&%24.cmid=cam", "{}", qos: 1);

        await _hub.Server.UntilAsync(frames => frames.Any(f => f.Type == 4), "the acknowledgement");
        var answer = Assert.Single(_hub.Server.Frames, f => f.Type == 4);
        Assert.Equal(0x40, answer.Header);
        Assert.Equal([(byte)(id >> 8), (byte)id], answer.Body);
    }

    [Fact]
    public async Task Close_SaysGoodbye()
    {
        var client = _hub.Client();
        await Expect.WithinAsync(client.OpenAsync(Ct), "the connection");

        await client.CloseAsync(Ct);

        await _hub.Server.UntilAsync(frames => frames.Count == 2, "a goodbye");
        var last = _hub.Server.Frames[^1];
        Assert.Equal((0xE0, 0), (last.Header, last.Body.Length));
    }

    [GeneratedRegex("se=([0-9]+)$")]
    private static partial Regex ExpiryIn();
}
