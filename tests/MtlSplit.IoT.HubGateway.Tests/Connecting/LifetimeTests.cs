using System.Text.Json.Nodes;
using MtlSplit.IoT.HubGateway.Tests.Serving;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubGateway.Tests.Connecting;

public sealed class LifetimeTests
{
    /// <summary>The clock leaps while a write may still be under way; that must not count as a client that does not read.</summary>
    private static readonly GatewayOptions SlowWrites = new() { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, WriteTimeout = TimeSpan.FromDays(1) };

    [Theory]
    [InlineData(20, 30)]
    [InlineData(2000, 1767)]
    [InlineData(0, 1767)]
    public async Task Client_ThatIsSilent_IsClosedAfterOneAndAHalfKeepAlives_AtMostTheCap(ushort keepAlive, int seconds)
    {
        await using var bench = await GatewayBench.StartAsync(SlowWrites);
        await using var raw = await bench.ConnectAsync(keepAlive: keepAlive);
        await raw.PingAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await raw.PingAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await raw.PingAsync();
        Assert.Equal(0, bench.Gateway.Statistics.Silent);

        bench.Time.Advance(TimeSpan.FromSeconds(seconds - 5));
        await bench.PassUntilAsync(() => bench.Gateway.Statistics.Silent == 1, "the gateway gives up");
        await raw.ClosedAsync("it was silent");
    }

    [Fact]
    public async Task Client_ThatTheGatewayDoesNotReadFrom_IsNotCalledSilent()
    {
        await using var bench = await GatewayBench.StartAsync(new GatewayOptions { EndPoint = GatewayBench.Plain.EndPoint, AllowPlaintextLoopback = true, MaxPendingBytes = 1, WriteTimeout = TimeSpan.FromDays(1) });
        var gate = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        bench.Backend.OnTelemetry = async (_, ct) =>
        {
            asked.TrySetResult();
            await gate.Task.WaitAsync(ct);
        };
        await using var raw = await bench.ConnectAsync(keepAlive: 10);
        await raw.PublishAsync(GatewayBench.Telemetry, "x", id: 1);
        await Expect.WithinAsync(asked.Task, "the hub is asked");
        for (var i = 0; i < 100; i++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        gate.SetResult();
        Assert.Equal(1, (await raw.NextAsync(PacketKind.PubAck)).Id);
        await raw.PingAsync();
    }

    [Fact]
    public async Task Client_WhoseTokenExpires_IsClosedWhenTheSkewIsOverToo()
    {
        await using var bench = await GatewayBench.StartAsync(SlowWrites);
        bench.Backend.Authenticate = (_, _) => ValueTask.FromResult(ConnectDecision.Accept(bench.Time.GetUtcNow() + TimeSpan.FromMinutes(1)));
        await using var raw = await bench.ConnectAsync(keepAlive: 0);
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        await raw.PingAsync();
        Assert.Equal(0, bench.Gateway.Statistics.Expired);

        await bench.PassUntilAsync(() => bench.Gateway.Statistics.Expired == 1, "the gateway closes it");
        await raw.ClosedAsync("its token has expired");
        Assert.InRange(bench.Time.GetUtcNow() - bench.Time.Start, TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public async Task Disconnect_OfAClient_ClosesItAndTellsTheHub()
    {
        await using var bench = await GatewayBench.StartAsync();
        await using var raw = await bench.ConnectAsync();
        await bench.EventAsync("connected d1/head");
        bench.Gateway.Disconnect(GatewayBench.Head, "its identity is disabled");

        await raw.ClosedAsync("the hub wants it so");
        await bench.EventAsync("disconnected d1/head");
        bench.Gateway.Disconnect(GatewayBench.Head, "twice does no harm");
    }

    [Fact]
    public async Task Client_ThatDoesNotRead_IsClosedBeforeMoreWaitsForItThanMay()
    {
        await using var bench = await GatewayBench.StartAsync();
        var (theirs, ours) = DuplexPipes.Pair();
        var serving = bench.Gateway.AcceptAsync(ours, null, TestContext.Current.CancellationToken);
        await using var raw = bench.Add(new RawClient(theirs, reads: false));
        await raw.SendAsync(RawClient.ConnectBytes("d1/head"));
        await raw.SendAsync(RawClient.SubscribeBytes(("$iothub/twin/PATCH/properties/desired/#", 0)));
        await Expect.UntilAsync(() => bench.Gateway.SubscriptionsOf(GatewayBench.Head) is { Filters.Count: 1 }, "it has subscribed");
        var change = new JsonObject { ["$version"] = 1, ["text"] = new string('x', 10_000) };
        var sent = 0;
        while (bench.Gateway.NotifyDesired(GatewayBench.Head, change))
        {
            sent++;
        }

        // A mebibyte of them, and what the pipe took.
        Assert.InRange(sent, 90, 250);
        await Expect.WithinAsync(serving, "the connection ends");
        Assert.Equal(1, bench.Gateway.Statistics.Stalled);
    }

    [Fact]
    public async Task Client_WhoseWritesNeverEnd_IsClosed()
    {
        await using var bench = await GatewayBench.StartAsync();
        var (theirs, ours) = DuplexPipes.Pair();
        var serving = bench.Gateway.AcceptAsync(ours, null, TestContext.Current.CancellationToken);
        await using var raw = bench.Add(new RawClient(theirs, reads: false));
        await raw.SendAsync(RawClient.ConnectBytes("d1/head"));
        await raw.SendAsync(RawClient.SubscribeBytes(("$iothub/twin/PATCH/properties/desired/#", 0)));
        await Expect.UntilAsync(() => bench.Gateway.NotifyDesired(GatewayBench.Head, new JsonObject { ["$version"] = 1, ["text"] = new string('x', 200_000) }), "a change is sent");
        await bench.PassUntilAsync(() => bench.Gateway.Statistics.Stalled == 1, "the gateway gives up");

        await Expect.WithinAsync(serving, "the connection ends");
    }

    [Fact]
    public async Task Stop_LetsTheHubFinish_ClosesEveryone_AndTellsTheHub()
    {
        var bench = await GatewayBench.StartAsync();
        var gate = new TaskCompletionSource();
        bench.Backend.OnTelemetry = async (_, ct) => await gate.Task.WaitAsync(ct);
        await using var raw = await bench.ConnectAsync();
        await bench.EventAsync("connected d1/head");
        await raw.PublishAsync(GatewayBench.Telemetry, "x", id: 1);
        await raw.PingAsync();
        var stopping = bench.Gateway.DisposeAsync().AsTask();
        gate.SetResult();

        Assert.Equal(1, (await raw.NextAsync(PacketKind.PubAck)).Id);
        await raw.ClosedAsync("the gateway stops");
        await Expect.WithinAsync(stopping, "the gateway stops");
        await bench.EventAsync("disconnected d1/head");
        await Assert.ThrowsAnyAsync<Exception>(() => bench.DialAsync());
        await bench.DisposeAsync();
    }
}
