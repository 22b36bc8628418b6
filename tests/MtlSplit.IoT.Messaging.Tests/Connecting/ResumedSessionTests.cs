using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Testing.Mqtt;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Connecting;

/// <summary>A session that outlived its process: messages come before anybody in the new process has subscribed.</summary>
public sealed class ResumedSessionTests : IAsyncDisposable
{
    private readonly ScriptedServer _server = new() { SessionPresent = true };
    private BusConnection? _bus;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
        {
            await _bus.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Messages_BeforeTheSubscription_WaitForIt()
    {
        var link = await ConnectAsync();
        await link.PublishAsync("in/0", "zero");
        await link.PublishAsync("in/1", "one", qos: 1);
        await link.PublishAsync("out/0", "other");
        await ReceivedAsync(link);

        var subscription = await Expect.WithinAsync(_bus!.SubscribeAsync("in/#", Ct), "the subscription");

        Assert.Equal(["zero", "one"], [await NextAsync(subscription), await NextAsync(subscription)]);
        Assert.False(subscription.Deliveries.TryRead(out _));
        Assert.Equal(0, _bus.Statistics.Dropped);
    }

    [Fact]
    public async Task Messages_PastTheBound_DropTheOldestOfQosZero()
    {
        var link = await ConnectAsync(o => o with { QosZeroQueue = 2 });
        foreach (var text in (string[])["1", "2", "3"])
        {
            await link.PublishAsync("in/0", text);
        }

        await ReceivedAsync(link);
        Assert.Equal(1, _bus!.Statistics.Dropped);

        var subscription = await Expect.WithinAsync(_bus.SubscribeAsync("in/#", Ct), "the subscription");

        Assert.Equal(["2", "3"], [await NextAsync(subscription), await NextAsync(subscription)]);
    }

    [Fact]
    public async Task Messages_OfQosZero_WithoutAResumedSession_AreForNobody()
    {
        _server.SessionPresent = false;
        var link = await ConnectAsync();
        await link.PublishAsync("in/0", "stray");
        await Expect.UntilAsync(() => _bus!.Statistics.Dropped == 1, "it is dropped and counted");

        var subscription = await Expect.WithinAsync(_bus!.SubscribeAsync("in/#", Ct), "the subscription");

        Assert.False(subscription.Deliveries.TryRead(out _));
    }

    [Fact]
    public async Task Messages_OfQosZero_OutliveAConnection_UnlessTheSessionIsGone()
    {
        var link = await ConnectAsync();
        await link.PublishAsync("in/0", "kept");
        await ReceivedAsync(link);
        link.Cut();
        var second = await _server.LinkAsync(1);
        await Expect.WithinAsync(_bus!.WhenConnectedAsync(Ct), "the second connection");
        await second.PublishAsync("more/0", "lost");
        await ReceivedAsync(second);

        var subscription = await Expect.WithinAsync(_bus.SubscribeAsync("in/#", Ct), "the subscription");
        Assert.Equal("kept", await NextAsync(subscription));

        _server.SessionPresent = false;
        second.Cut();
        await _server.LinkAsync(2);
        await Expect.UntilAsync(() => _bus.Statistics.Dropped == 1, "what is left is dropped and counted");
    }

    private async Task<ScriptedLink> ConnectAsync(Func<BusOptions, BusOptions>? change = null)
    {
        var options = new BusOptions { Port = _server.Port, ClientId = "d1/head", Protocol = BusProtocol.Mqtt311, RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(20) };
        _bus = new BusConnection(change?.Invoke(options) ?? options, TimeProvider.System, NullLogger.Instance);
        _bus.Start();
        await Expect.WithinAsync(_bus.WhenConnectedAsync(Ct), "the connection");
        return await _server.LinkAsync(0);
    }

    /// <summary>What was sent before has been read: an acknowledgement that is sent behind it has an effect.</summary>
    private async Task ReceivedAsync(ScriptedLink link)
    {
        var before = _server.Frames.Count(frame => frame.Link == link.Number && frame.Type == 3);
        var published = await _bus!.PublishAsync(new BusMessage("mark", Encoding.UTF8.GetBytes("mark")) { Qos = BusQos.AtLeastOnce }, Ct);
        await Expect.WithinAsync(published, "the acknowledgement");
        Assert.Equal(before + 1, _server.Frames.Count(frame => frame.Link == link.Number && frame.Type == 3));
    }

    private static async Task<string> NextAsync(IBusSubscription subscription)
    {
        var delivery = await Expect.WithinAsync(subscription.Deliveries.ReadAsync(Ct).AsTask(), "a message");
        delivery.Acknowledge();
        return Encoding.UTF8.GetString(delivery.Payload.Span);
    }
}
