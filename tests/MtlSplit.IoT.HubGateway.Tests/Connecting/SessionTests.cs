using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Connecting;

public sealed class SessionTests
{
    [Fact]
    public async Task Session_ThatIsNotClean_KeepsItsSubscriptions()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using (var raw = await bench.DialAsync())
        {
            Assert.Equal((0, false), await raw.ConnectAsync("d1/head", clean: false));
            await bench.EventAsync("connected d1/head");
            Assert.Equal([1], await raw.SubscribeAsync((GatewayBench.Inputs, 1)));
            await bench.EventAsync($"subscribed d1/head: {GatewayBench.Inputs}=1");
            await raw.SayGoodbyeAsync();
            await raw.ClosedAsync("it said goodbye");
        }

        await bench.EventAsync("disconnected d1/head");
        await using var again = await bench.DialAsync();
        Assert.Equal((0, true), await again.ConnectAsync("d1/head", clean: false));
        await bench.EventAsync("connected d1/head");
        await bench.EventAsync($"subscribed d1/head: {GatewayBench.Inputs}=1");
        Assert.True(bench.Gateway.SubscriptionsOf(GatewayBench.Head)!.Takes(HubFilterKind.Inputs));
    }

    [Fact]
    public async Task Session_ThatIsCleanAfterOneThatIsNot_BeginsEmpty()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using (var raw = await bench.ConnectAsync(clean: false))
        {
            await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        }

        await Expect.UntilAsync(() => !bench.Gateway.IsConnected(GatewayBench.Head), "the client is gone");
        await using var again = await bench.DialAsync();
        Assert.Equal((0, false), await again.ConnectAsync("d1/head", clean: true));
        Assert.Empty(bench.Gateway.SubscriptionsOf(GatewayBench.Head)!.Filters);
    }

    [Fact]
    public async Task Session_ThatWasClean_IsNotRememberedByOneThatIsNot()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync(clean: true);
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        await using var again = await bench.DialAsync();

        Assert.Equal((0, false), await again.ConnectAsync("d1/head", clean: false));
        Assert.Empty(bench.Gateway.SubscriptionsOf(GatewayBench.Head)!.Filters);
    }

    [Fact]
    public async Task Session_ThatIsClean_IsGoneWithItsConnection()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using (await bench.ConnectAsync(clean: true))
        {
        }

        await Expect.UntilAsync(() => bench.Gateway.Statistics.Sessions == 0, "the session is gone");
        Assert.Null(bench.Gateway.SubscriptionsOf(GatewayBench.Head));
    }

    [Fact]
    public async Task Sessions_ExportedAndImported_AreFoundByTheirClients()
    {
        await using var before = await GatewayBench.StartAsync();
        await using var raw = await before.ConnectAsync(clean: false);
        await raw.SubscribeAsync((GatewayBench.Inputs, 1), ("$iothub/twin/res/#", 0));
        await using var forgetful = await before.ConnectAsync("d2", clean: true);
        var exported = before.Gateway.Export();

        Assert.Equal([GatewayBench.Head], exported.Select(session => session.Identity));
        await using var after = await GatewayBench.StartAsync();
        after.Gateway.Import(exported);
        await using var again = await after.DialAsync();
        Assert.Equal((0, true), await again.ConnectAsync("d1/head", clean: false));
        Assert.Equal([KeyValuePair.Create(GatewayBench.Inputs, (byte)1), KeyValuePair.Create("$iothub/twin/res/#", (byte)0)], after.Gateway.SubscriptionsOf(GatewayBench.Head)!.Filters);
    }

    [Fact]
    public async Task Sessions_OverTheLimit_AreForgottenOldestFirst()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxRememberedSessions = 2 });
        bench.Gateway.Import(Enumerable.Range(1, 3).Select(i => new SessionSubscriptions(new HubIdentity($"d{i}"), true, [])));

        Assert.Equal((2, 1), (bench.Gateway.Statistics.Sessions, bench.Gateway.Statistics.SessionsForgotten));
        Assert.Null(bench.Gateway.SubscriptionsOf(new HubIdentity("d1")));
        Assert.NotNull(bench.Gateway.SubscriptionsOf(new HubIdentity("d3")));
    }

    [Fact]
    public async Task Forget_OfAClient_LeavesNothingForItToFind()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Gateway.Import([new SessionSubscriptions(GatewayBench.Head, true, [KeyValuePair.Create(GatewayBench.Inputs, (byte)1)])]);
        bench.Gateway.Forget(GatewayBench.Head);
        await using var raw = await bench.DialAsync();

        Assert.Equal((0, false), await raw.ConnectAsync("d1/head", clean: false));
    }

    [Fact]
    public async Task Subscribe_OfWhatTheDialectHas_IsGrantedAtMostQos1()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();

        Assert.Equal([1, 0, 1, 1, 1], await raw.SubscribeAsync(
            ("$iothub/twin/res/#", 1), ("$iothub/twin/PATCH/properties/desired/#", 0), ("$iothub/methods/POST/#", 2), (GatewayBench.Inputs, 2), ("devices/d1/modules/head/#", 1)));
    }

    [Theory]
    [InlineData("#")]
    [InlineData("$iothub/#")]
    [InlineData("$iothub/twin/#")]
    [InlineData("devices/#")]
    [InlineData("devices/d1/modules/other/inputs/#")]
    [InlineData("devices/d1/modules/+/inputs/#")]
    [InlineData("devices/d1/messages/devicebound/#")]
    [InlineData("a/b")]
    public async Task Subscribe_OfAnythingElse_IsRefusedAndTheConnectionStays(string filter)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();

        Assert.Equal([0x80, 1], await raw.SubscribeAsync((filter, 1), (GatewayBench.Inputs, 1)));
        await raw.PingAsync();
        Assert.Equal(1, bench.Gateway.Statistics.UnknownFilters);
        Assert.Equal([GatewayBench.Inputs], bench.Gateway.SubscriptionsOf(GatewayBench.Head)!.Filters.Select(granted => granted.Key));
    }

    [Fact]
    public async Task Subscribe_OverTheLimit_IsRefused_ButNotASecondTimeOfTheSame()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxSubscriptions = 1 });
        await using var raw = await bench.ConnectAsync();

        Assert.Equal([0, 0x80, 1], await raw.SubscribeAsync((GatewayBench.Inputs, 0), ("$iothub/twin/res/#", 0), (GatewayBench.Inputs, 1)));
        Assert.Equal(1, bench.Gateway.Statistics.OverSubscriptionLimit);
    }

    [Fact]
    public async Task Unsubscribe_TakesTheSubscriptionAway()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await bench.EventAsync("connected d1/head");
        await raw.SubscribeAsync((GatewayBench.Inputs, 1));
        await bench.EventAsync($"subscribed d1/head: {GatewayBench.Inputs}=1");
        await raw.UnsubscribeAsync(GatewayBench.Inputs);

        await bench.EventAsync("subscribed d1/head: ");
    }
}
