using System.Text;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Publishing;

public sealed class WillTests
{
    private const byte HasWill = 0x04;
    private const byte RetainedWill = 0x24;

    [Fact]
    public async Task Will_OfAClientThatIsLost_BecomesTelemetry()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using (var raw = await bench.DialAsync())
        {
            Assert.Equal(0, (await raw.ConnectAsync("d1/head", will: RawClient.Will(GatewayBench.Telemetry + "a=1", "gone"), willFlags: RetainedWill)).Code);
        }

        var will = await bench.TelemetryAsync();
        Assert.Equal("gone", Encoding.UTF8.GetString(will.Body.Span));
        Assert.Equal([KeyValuePair.Create<string, string?>("a", "1"), KeyValuePair.Create<string, string?>("mqtt-retain", "true"), KeyValuePair.Create<string, string?>("iothub-MessageType", "Will")], will.Properties);
        Assert.Equal("d1", will.System.ConnectionDeviceId);
        await Expect.UntilAsync(() => bench.Gateway.Statistics.Wills == 1, "it is counted");
    }

    [Fact]
    public async Task Will_OfAClientThatSaysGoodbye_IsNotPublished()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();
        await raw.ConnectAsync("d1/head", will: RawClient.Will(GatewayBench.Telemetry, "gone"), willFlags: HasWill);
        await raw.SayGoodbyeAsync();
        await raw.ClosedAsync("it said goodbye");

        await Expect.UntilAsync(() => bench.Gateway.Statistics.Connections == 0, "the client is gone");
        Assert.False(bench.Backend.Telemetry.TryRead(out _));
    }

    [Fact]
    public async Task Will_OfAClientThatIsTakenOver_IsPublishedBeforeTheNewOneIsIn()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();
        await raw.ConnectAsync("d1/head", will: RawClient.Will(GatewayBench.Telemetry, "gone"), willFlags: HasWill);
        await using var newer = await bench.ConnectAsync();

        Assert.True(bench.Backend.Telemetry.TryRead(out var will));
        Assert.Equal("gone", Encoding.UTF8.GetString(will.Message.Body.Span));
    }

    [Fact]
    public async Task Will_WhenTheGatewayStops_IsNotPublished()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();
        await raw.ConnectAsync("d1/head", will: RawClient.Will(GatewayBench.Telemetry, "gone"), willFlags: HasWill);
        await bench.Gateway.DisposeAsync();

        await raw.ClosedAsync("the gateway stops");
        Assert.False(bench.Backend.Telemetry.TryRead(out _));
    }

    [Theory]
    [InlineData("devices/d1/modules/other/messages/events/")]
    [InlineData("$iothub/twin/GET/?$rid=1")]
    [InlineData("a/b")]
    [InlineData("devices/d1/modules/head/messages/events/%24.exp=soon")]
    public async Task Will_ThatIsNotTheClientsTelemetry_IsRefused(string topic)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();

        Assert.Equal(5, (await raw.ConnectAsync("d1/head", will: RawClient.Will(topic, "gone"), willFlags: HasWill)).Code);
    }
}
