using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

public abstract partial class BusSuite
{
    [Fact]
    public async Task Acknowledge_NotCalled_StopsTheBrokerAtTheReceiveMaximum()
    {
        var receiver = await ConnectAsync("receiver", o => o with { ReceiveMaximum = 5 });
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("w/+", Ct);
        await PublishNumbersAsync(sender, "w/x", 0, 20);

        List<BusDelivery> held = [];
        for (var i = 0; i < 5; i++)
        {
            held.Add(await Expect.DeliveryAsync(subscription, $"message {i} of the window"));
        }

        // The broker has answered a ping after these five and sent nothing more.
        await Expect.WithinAsync(RoundTripAsync(receiver), "a round trip of the receiver's own");
        Assert.Empty(Expect.Waiting(subscription.Deliveries));

        held.ForEach(d => d.Acknowledge());
        var rest = await Expect.DeliveriesAsync(subscription, 15, "the rest, once acknowledged");
        Assert.Equal(Enumerable.Range(5, 15), rest.Select(NumberOf));
    }

    [Fact]
    public async Task Acknowledge_OutOfOrder_ReachesTheBrokerInOrder()
    {
        var receiver = await ConnectAsync("receiver", o => o with { ReceiveMaximum = 4 });
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("o/+", Ct);
        await PublishNumbersAsync(sender, "o/x", 0, 8);
        List<BusDelivery> first = [];
        for (var i = 0; i < 4; i++)
        {
            first.Add(await Expect.DeliveryAsync(subscription, $"message {i} of the first window"));
        }

        first[3].Acknowledge();
        first[1].Acknowledge();
        first[2].Acknowledge();
        await Expect.WithinAsync(RoundTripAsync(receiver), "a round trip of the receiver's own");
        Assert.Empty(Expect.Waiting(subscription.Deliveries));

        first[0].Acknowledge();
        var rest = await Expect.DeliveriesAsync(subscription, 4, "the second window, once the first message is acknowledged");
        Assert.Equal([4, 5, 6, 7], rest.Select(NumberOf));
    }

    [Fact]
    public async Task Acknowledge_LeftOut_TheNextConnectionGetsTheMessageAgain()
    {
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("k/+", Ct);
        await PublishNumbersAsync(sender, "k/x", 0, 4);
        List<BusDelivery> all = [];
        for (var i = 0; i < 4; i++)
        {
            all.Add(await Expect.DeliveryAsync(subscription, $"message {i}"));
        }

        all[0].Acknowledge();
        all[1].Acknowledge();
        all[3].Acknowledge();
        await receiver.CloseAsync(TimeSpan.FromSeconds(5), Ct);

        // The third was never acknowledged, so the fourth, which came after it, was not either.
        var next = await ConnectAsync("receiver");
        var again = await Expect.DeliveriesAsync(await next.SubscribeAsync("k/+", Ct), 2, "the unacknowledged messages");
        Assert.Equal([2, 3], again.Select(NumberOf));
    }

    [Fact]
    public async Task Acknowledge_CrashedConsumer_MessagesComeToItsSuccessor()
    {
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("k/+", Ct);
        await PublishNumbersAsync(sender, "k/x", 0, 3);
        await Expect.DeliveryAsync(subscription, "a message that has no effect");

        await receiver.DisposeAbruptlyAsync();

        var next = await ConnectAsync("receiver");
        var again = await Expect.DeliveriesAsync(await next.SubscribeAsync("k/+", Ct), 3, "all messages again");
        Assert.Equal([0, 1, 2], again.Select(NumberOf));
    }

    [Fact]
    public async Task Subscriptions_Overlapping_EachGetsTheMessageAndBothMustAcknowledge()
    {
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender");
        var wide = await receiver.SubscribeAsync("x/#", Ct);
        var narrow = await receiver.SubscribeAsync("x/y", Ct);

        await PublishNumbersAsync(sender, "x/y", 0, 20);

        Assert.Equal(Enumerable.Range(0, 20), (await Expect.DeliveriesAsync(wide, 20, "all")).Select(NumberOf));
        Assert.Equal(Enumerable.Range(0, 20), (await Expect.DeliveriesAsync(narrow, 20, "all")).Select(NumberOf));
        await Expect.WithinAsync(RoundTripAsync(receiver), "a round trip of the receiver's own");
        Assert.Empty(Expect.Waiting(wide.Deliveries));
        Assert.Empty(Expect.Waiting(narrow.Deliveries));
    }

    /// <summary>Subscribes to something else and back: what the broker had to send before has arrived then.</summary>
    private static async Task RoundTripAsync(BusConnection bus)
    {
        var other = await bus.SubscribeAsync("round/trip", Ct);
        await other.UnsubscribeAsync(Ct);
    }
}
