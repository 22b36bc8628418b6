using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Connecting;

public sealed class ConnectTests
{
    [Theory]
    [InlineData("d1", "hub.local/d1/?api-version=2021-04-12")]
    [InlineData("d1/head", "hub.local/d1/head/?api-version=2020-09-30&DeviceClientType=.NET%2F1.42")]
    [InlineData("d1/$edgeHub", "edge/d1/$edgeHub/api-version=2018-06-30")]
    public async Task Connect_WithCredentialsThatAreGood_IsWelcome(string client, string user)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();

        Assert.Equal((0, false), await raw.ConnectAsync(client, user));
        await bench.EventAsync($"connected {client}");
        Assert.True(bench.Gateway.IsConnected(HubIdentity.Parse(client)));
        Assert.Equal((1, 1), (bench.Gateway.Statistics.Connections, bench.Gateway.Statistics.Accepted));
    }

    [Theory]
    [InlineData("d1/head", "hub.local/d1/other/?api-version=2021-04-12", "let me in")]
    [InlineData("D1/head", "hub.local/d1/head/?api-version=2021-04-12", "let me in")]
    [InlineData("d1", "hub.local/d1/head/?api-version=2021-04-12", "let me in")]
    [InlineData("d1/head", "hub.local/d1/head/?DeviceClientType=x", "let me in")]
    [InlineData("d1/head", "hub.local/d1/head/?api-version=", "let me in")]
    [InlineData("d1/head", "d1/head", "let me in")]
    [InlineData("d1/head", null, null)]
    [InlineData("", "hub.local/d1/head/?api-version=2021-04-12", "let me in")]
    [InlineData("d1/head", "hub.local/d1/head/?api-version=2021-04-12", "let me out")]
    [InlineData("d1/head", "hub.local/d1/head/?api-version=2021-04-12", null)]
    public async Task Connect_WithCredentialsThatAreNotGood_IsRefusedAndClosed(string client, string? user, string? password)
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();

        Assert.Equal((5, false), await raw.ConnectAsync(client, user, password));
        await raw.ClosedAsync("it was refused");
        Assert.Equal((0, 0, 1), (bench.Gateway.Statistics.Connections, bench.Gateway.Statistics.Accepted, bench.Gateway.Statistics.Refused));
        Assert.False(bench.Backend.Events.TryRead(out var happened), happened);
    }

    [Fact]
    public async Task Connect_OfMqtt5_IsToldThatTheVersionIsWrong()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();

        Assert.Equal(0x84, (await raw.ConnectAsync("d1/head", level: 5)).Code);
        await raw.ClosedAsync("it was refused");
    }

    [Fact]
    public async Task Connect_OfMqtt31_IsToldThatTheVersionIsWrong()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();

        Assert.Equal(1, (await raw.ConnectAsync("d1/head", level: 3)).Code);
        await raw.ClosedAsync("it was refused");
    }

    [Theory]
    [InlineData(ConnectRefusal.IdentifierRejected)]
    [InlineData(ConnectRefusal.Unavailable)]
    [InlineData(ConnectRefusal.BadUserNameOrPassword)]
    [InlineData(ConnectRefusal.NotAuthorised)]
    public async Task Connect_ThatTheBackendRefuses_IsToldItsCode(ConnectRefusal refusal)
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.Authenticate = (_, _) => ValueTask.FromResult(ConnectDecision.Refuse(refusal, "the test wants it so"));
        await using var raw = await bench.DialAsync();

        Assert.Equal((byte)refusal, (await raw.ConnectAsync("d1/head")).Code);
        await raw.ClosedAsync("it was refused");
    }

    [Fact]
    public async Task Connect_WhileTheBackendFails_MayTryAgainLater()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.Authenticate = (_, _) => throw new InvalidDataException("the registry is broken");
        await using var raw = await bench.DialAsync();

        Assert.Equal(3, (await raw.ConnectAsync("d1/head")).Code);
    }

    [Fact]
    public async Task Connection_WithoutConnect_IsClosedWhenItsTimeIsUp()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.DialAsync();
        await raw.SendAsync([0x10]);

        await bench.PassUntilAsync(() => bench.Gateway.Statistics.NeverConnected == 1, "the gateway gives up");
        await raw.ClosedAsync("CONNECT did not come");
    }

    [Fact]
    public async Task Connect_ThatTheBackendNeverDecides_IsClosedWhenItsTimeIsUp()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.Authenticate = async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return ConnectDecision.Accept();
        };
        await using var raw = await bench.DialAsync();
        var connecting = raw.ConnectAsync("d1/head");

        await bench.PassUntilAsync(() => bench.Gateway.Statistics.NeverConnected == 1, "the gateway gives up");
        await Assert.ThrowsAsync<IOException>(() => connecting);
    }

    [Fact]
    public async Task Connect_OfAnIdentityThatIsConnected_DropsTheOlderConnection()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var older = await bench.ConnectAsync();
        await bench.EventAsync("connected d1/head");
        await using var newer = await bench.ConnectAsync();

        await older.ClosedAsync("the same client connected anew");
        await bench.EventAsync("disconnected d1/head");
        await bench.EventAsync("connected d1/head");
        await newer.PingAsync();
        Assert.Equal((1, 1, 2), (bench.Gateway.Statistics.Connections, bench.Gateway.Statistics.TakenOver, bench.Gateway.Statistics.Accepted));
    }

    [Fact]
    public async Task Connects_OfOneIdentityAllAtOnce_LeaveOneConnection()
    {
        await using var bench = await GatewayBench.StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => bench.DialAsync()));
        var answers = await Task.WhenAll(clients.Select(async client =>
        {
            try
            {
                return (await client.ConnectAsync("d1/head")).Code;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                return byte.MaxValue;
            }
        }));

        Assert.Contains((byte)0, answers);
        await Expect.UntilAsync(() => bench.Gateway.Statistics is { Connections: 1 } now && now.Accepted + now.NeverConnected == 20, "one connection is left");
        Assert.True(bench.Gateway.IsConnected(GatewayBench.Head));
        Assert.Equal(1, bench.Gateway.Statistics.Sessions);
    }

    [Fact]
    public async Task Connects_OverTheLimit_AreClosedAndCounted()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxConnections = 2 });
        await using var first = await bench.ConnectAsync("d1");
        await using var second = await bench.ConnectAsync("d2");
        await using var third = await bench.DialAsync();

        await third.ClosedAsync("there are as many as there may be");
        Assert.Equal(1, bench.Gateway.Statistics.OverConnectionLimit);
        await first.DisposeAsync();
        await Expect.UntilAsync(() => bench.Gateway.Statistics.Connections == 1, "the first is gone");
        byte? code = null;
        while (code is null)
        {
            try
            {
                // The place is given back a moment after the client has left the session.
                await using var fourth = await bench.DialAsync();
                code = (await fourth.ConnectAsync("d3")).Code;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                Assert.InRange(bench.Gateway.Statistics.OverConnectionLimit, 1, 10_000);
            }
        }

        Assert.Equal(0, code.Value);
    }

    [Fact]
    public async Task Backend_ThatFailsWhenAClientConnects_EndsTheConnection()
    {
        await using var bench = await GatewayBench.StartAsync();
        bench.Backend.OnConnected = _ => throw new InvalidDataException("the store is broken");
        await using var raw = await bench.ConnectAsync();

        await raw.ClosedAsync("the hub failed");
        await bench.EventAsync("connected d1/head");
        await bench.EventAsync("disconnected d1/head");
    }
}
