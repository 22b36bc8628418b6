using System.Collections.Concurrent;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

public abstract partial class BusSuite
{
    [Fact]
    public async Task Shared_ThreeMembers_EachMessageGoesToOneAndEachGetsSome()
    {
        var subscriptions = new List<IBusSubscription>();
        for (var i = 0; i < 3; i++)
        {
            subscriptions.Add(await (await ConnectAsync($"member-{i}")).SubscribeAsync("$share/g/h/+", Ct));
        }

        var observer = await (await ConnectAsync("observer")).SubscribeAsync("h/+", Ct);
        var sender = await ConnectAsync("sender");
        var got = new ConcurrentQueue<(int Member, int Number)>();
        var reading = subscriptions.Index().Select(s => ReadAsync(s.Index, s.Item)).ToArray();

        await PublishNumbersAsync(sender, "h/x", 0, 600);
        await Expect.UntilAsync(() => got.Count >= 600, $"600 messages reach the members");
        var observed = await Expect.DeliveriesAsync(observer, 600, "all messages, beside the group");

        Assert.Equal(Enumerable.Range(0, 600), got.Select(g => g.Number).Order());
        Assert.Equal(3, got.Select(g => g.Member).Distinct().Count());
        Assert.Equal(600, observed.Select(NumberOf).Distinct().Count());
        foreach (var subscription in subscriptions)
        {
            await subscription.DisposeAsync();
        }

        await Expect.WithinAsync(Task.WhenAll(reading), "the members' readers end");

        async Task ReadAsync(int member, IBusSubscription subscription)
        {
            await foreach (var delivery in subscription.Deliveries.ReadAllAsync(Ct))
            {
                got.Enqueue((member, NumberOf(delivery)));
                delivery.Acknowledge();
            }
        }
    }

    [Fact]
    public async Task Shared_TwoGroupsAndAPlainSubscriptionOnOneClient_EachGetsEachMessageOnce()
    {
        var receiver = await ConnectAsync("receiver");
        var one = await receiver.SubscribeAsync("$share/one/j/+", Ct);
        var two = await receiver.SubscribeAsync("$share/two/j/+", Ct);
        var plain = await receiver.SubscribeAsync("j/+", Ct);
        var sender = await ConnectAsync("sender");

        await PublishNumbersAsync(sender, "j/x", 0, 50);

        foreach (var subscription in new[] { one, two, plain })
        {
            var deliveries = await Expect.DeliveriesAsync(subscription, 50, "all messages");
            Assert.Equal(Enumerable.Range(0, 50), deliveries.Select(NumberOf));
        }

        await Expect.WithinAsync(RoundTripAsync(receiver), "a round trip of the receiver's own");
        Assert.All([one, two, plain], s => Assert.Empty(Expect.Waiting(s.Deliveries)));
    }

    [Fact]
    public async Task Shared_MemberLeavesForGood_DrainsAndNothingIsLost()
    {
        var leaver = await ConnectAsync("leaver", o => o with { ReceiveMaximum = 8 });
        var stayer = await ConnectAsync("stayer");
        var leaving = await leaver.SubscribeAsync("$share/g/l/+", Ct);
        var staying = await stayer.SubscribeAsync("$share/g/l/+", Ct);
        var sender = await ConnectAsync("sender");
        var got = new ConcurrentBag<int>();
        var stays = Task.Run(
            async () =>
            {
                await foreach (var delivery in staying.Deliveries.ReadAllAsync(Ct))
                {
                    got.Add(NumberOf(delivery));
                    delivery.Acknowledge();
                }
            },
            Ct);
        await PublishNumbersAsync(sender, "l/x", 0, 200);

        await Expect.WithinAsync(leaving.UnsubscribeAsync(Ct), "the broker answers the unsubscribe");
        var publishing = PublishNumbersAsync(sender, "l/x", 200, 100);
        await Expect.WithinAsync(
            Task.Run(
                async () =>
                {
                    await foreach (var delivery in leaving.Deliveries.ReadAllAsync(Ct))
                    {
                        got.Add(NumberOf(delivery));
                        delivery.Acknowledge();
                    }
                },
                Ct),
            "the leaving member drains to its end");
        await publishing;

        await Expect.UntilAsync(() => got.Distinct().Count() == 300, "all 300 messages reach a member");
        await leaver.CloseAsync(TimeSpan.FromSeconds(1), Ct);
        await staying.DisposeAsync();
        await stays;
    }

    [Fact]
    public async Task Unsubscribe_ThenPublish_NothingArrivesAndTheFilterIsFreeAgain()
    {
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("n/+", Ct);
        await PublishNumbersAsync(sender, "n/x", 0, 3);
        await Expect.DeliveriesAsync(subscription, 3, "messages before");

        await subscription.UnsubscribeAsync(Ct);
        await Expect.WithinAsync(subscription.Deliveries.Completion, "the subscription drains");

        Assert.Equal(PublishOutcome.NoSubscriber, (await PublishNumbersAsync(sender, "n/x", 3, 1))[0].Outcome);
        var again = await receiver.SubscribeAsync("n/+", Ct);
        await PublishNumbersAsync(sender, "n/x", 4, 1);
        Assert.Equal(4, NumberOf((await Expect.DeliveriesAsync(again, 1, "a message of the new subscription"))[0]));
    }
}
