using System.Text.Json.Nodes;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Delivering;

public sealed class TwinTests
{
    private const string Answers = "$iothub/twin/res/#";
    private const string Desired = "$iothub/twin/PATCH/properties/desired/#";

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Twin_ThatIsAskedFor_ComesWithTheRequestsId(string body)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Answers, 0));
        await raw.PublishAsync("$iothub/twin/GET/?$rid=A-b%201", body);

        var answer = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal(("$iothub/twin/res/200/?$rid=A-b%201", 0), (answer.Topic, answer.Qos));
        Assert.Equal("""{"desired":{"rate":5,"$version":3},"reported":{"$version":1}}""", answer.Payload);
    }

    [Fact]
    public async Task Patch_OfTheReportedProperties_IsAnsweredWithTheNewVersion()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Answers, 1));
        await raw.PublishAsync("$iothub/twin/PATCH/properties/reported/?$rid=1", """{"a":{"b":1},"c":2}""", id: 4);
        var first = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal(4, (await raw.NextAsync(PacketKind.PubAck)).Id);
        await raw.PublishAsync("$iothub/twin/PATCH/properties/reported/?$rid=2", """{"a":{"b":null},"d":3}""");
        var second = await raw.NextAsync(PacketKind.Publish);
        await raw.PublishAsync("$iothub/twin/GET/?$rid=3", "");

        Assert.Equal(("$iothub/twin/res/204/?$rid=1&$version=2", ""), (first.Topic, first.Payload));
        Assert.Equal(("$iothub/twin/res/204/?$rid=2&$version=3", ""), (second.Topic, second.Payload));
        Assert.Contains("""
            "reported":{"a":{},"c":2,"d":3,"$version":3}
            """.Trim(), (await raw.NextAsync(PacketKind.Publish)).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_OfAHubThatGivesNoVersion_IsAnsweredWithout()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.OmitsVersion = true;
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Answers, 0));
        await raw.PublishAsync("$iothub/twin/PATCH/properties/reported/?$rid=1", "{}");

        Assert.Equal("$iothub/twin/res/204/?$rid=1", (await raw.NextAsync(PacketKind.Publish)).Topic);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Patch_ThatIsNoJsonObject_IsAnsweredWith400AndTheConnectionStays(string body)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Answers, 0));
        await raw.PublishAsync("$iothub/twin/PATCH/properties/reported/?$rid=1", body);

        var answer = await raw.NextAsync(PacketKind.Publish);
        var error = JsonNode.Parse(answer.Payload)!;
        Assert.Equal("$iothub/twin/res/400/?$rid=1", answer.Topic);
        Assert.Equal(400006, (int)error["errorCode"]!);
        Assert.NotEmpty((string)error["message"]!);
        Assert.NotEmpty((string)error["trackingId"]!);
        Assert.Equal("2026-01-31T12:00:00.0000000Z", (string)error["timestampUtc"]!);
        await raw.PingAsync();
        Assert.Equal(1, bench.Gateway.Statistics.TwinFailures);
    }

    [Fact]
    public async Task Request_ThatTheHubRefuses_IsAnsweredWithItsStatusAndCode()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.OnTwin = _ => throw new HubException(HubErrors.ThrottlingException, "slower");
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Answers, 0));
        await raw.PublishAsync("$iothub/twin/GET/?$rid=1", "");

        var answer = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal("$iothub/twin/res/429/?$rid=1", answer.Topic);
        Assert.Equal((429001, "slower"), ((int)JsonNode.Parse(answer.Payload)!["errorCode"]!, (string)JsonNode.Parse(answer.Payload)!["message"]!));
    }

    [Fact]
    public async Task Request_ThatTheHubFailsAt_IsAnsweredWith500_WithoutSayingWhy()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.OnTwin = _ => throw new InvalidDataException("/secret/path is broken");
        await using var raw = await bench.ConnectAsync();
        await raw.SubscribeAsync((Answers, 0));
        await raw.PublishAsync("$iothub/twin/GET/?$rid=1", "");

        var answer = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal("$iothub/twin/res/500/?$rid=1", answer.Topic);
        Assert.DoesNotContain("secret", answer.Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_ToAClientThatDoesNotListen_IsNotSentButCounted()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await raw.PublishAsync("$iothub/twin/GET/?$rid=1", "", id: 1);

        Assert.Equal(1, (await raw.NextAsync(PacketKind.PubAck)).Id);
        Assert.Equal(1, bench.Gateway.Statistics.UnaskedAnswers);
    }

    [Fact]
    public async Task DesiredChange_GoesToWhoSubscribed_AndToNobodyElse()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await using var other = await bench.ConnectAsync("d1/other");
        await other.SubscribeAsync((Desired, 1));
        var patch = new JsonObject { ["rate"] = 9, ["gone"] = null, ["$version"] = 4 };

        Assert.False(bench.Gateway.NotifyDesired(GatewayBench.Head, patch));
        await raw.SubscribeAsync((Desired, 1));
        Assert.True(bench.Gateway.NotifyDesired(GatewayBench.Head, patch));

        var change = await raw.NextAsync(PacketKind.Publish);
        Assert.Equal(("$iothub/twin/PATCH/properties/desired/?$version=4", """{"rate":9,"gone":null,"$version":4}"""), (change.Topic, change.Payload));
        await other.PingAsync();
        Assert.Equal(1, bench.Gateway.Statistics.DesiredSent);
    }

    [Fact]
    public async Task DesiredChange_WhileTheClientIsAway_IsNotKept()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using (var raw = await bench.ConnectAsync(clean: false))
        {
            await raw.SubscribeAsync((Desired, 1));
        }

        await Expect.UntilAsync(() => !bench.Gateway.IsConnected(GatewayBench.Head), "the client is gone");
        Assert.False(bench.Gateway.NotifyDesired(GatewayBench.Head, new JsonObject { ["$version"] = 5 }));
        await using var again = await bench.ConnectAsync(clean: false);
        await again.PingAsync();
        Assert.Throws<ArgumentException>(() => bench.Gateway.NotifyDesired(GatewayBench.Head, []));
    }
}
