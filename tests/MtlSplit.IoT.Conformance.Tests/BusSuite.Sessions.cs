using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Networks;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests;

public abstract partial class BusSuite
{
    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task Session_ClientAway_KeepsMessagesForItsReturn(BusProtocol protocol)
    {
        var first = await ConnectAsync("vehicle", o => o with { Protocol = protocol });
        await first.SubscribeAsync("s/#", Ct);
        await first.CloseAsync(TimeSpan.FromSeconds(5), Ct);
        var sender = await ConnectAsync("sender", o => o with { Protocol = protocol });
        await PublishNumbersAsync(sender, "s/x", 0, 50);

        var second = await ConnectAsync("vehicle", o => o with { Protocol = protocol });
        var subscription = await second.SubscribeAsync("s/#", Ct);

        var deliveries = await Expect.DeliveriesAsync(subscription, 50, "what was published meanwhile");
        Assert.Equal(Enumerable.Range(0, 50), deliveries.Select(NumberOf));
    }

    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task Session_CleanStart_ForgetsTheOldAndKeepsTheNew(BusProtocol protocol)
    {
        var old = await ConnectAsync("vehicle", o => o with { Protocol = protocol });
        await old.SubscribeAsync("s/#", Ct);
        await old.DisposeAsync();
        var sender = await ConnectAsync("sender", o => o with { Protocol = protocol });
        await PublishNumbersAsync(sender, "s/x", 0, 5);
        await using var relay = new CuttableRelay(Broker.Host, () => Broker.Port);

        var fresh = await ConnectAsync("vehicle", o => o with { Protocol = protocol, CleanStart = true, Port = relay.Port });
        var subscription = await fresh.SubscribeAsync("s/#", Ct);
        relay.Cut();
        await PublishNumbersAsync(sender, "s/x", 5, 5);

        var deliveries = await Expect.DeliveriesAsync(subscription, 5, "what was published after the clean start");
        Assert.Equal(Enumerable.Range(5, 5), deliveries.Select(NumberOf));
    }

    [Fact]
    public async Task Connection_CutWhilePublishing_LosesNothingAndKeepsOrder()
    {
        await using var relay = new CuttableRelay(Broker.Host, () => Broker.Port);
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender", o => o with { Port = relay.Port, PublishTimeout = TimeSpan.FromSeconds(60) });
        var subscription = await receiver.SubscribeAsync("d/+", Ct);
        const int Count = 3000;

        var publishing = Task.Run(() => PublishNumbersAsync(sender, "d/x", 0, Count), Ct);
        List<int> arrived = [];
        for (var cuts = 0; arrived.Count == 0 || arrived.Max() < Count - 1;)
        {
            var delivery = (await Expect.DeliveriesAsync(subscription, 1, $"message after {arrived.Count}"))[0];
            arrived.Add(NumberOf(delivery));
            if (cuts < 4 && arrived.Count > (cuts + 1) * 400)
            {
                relay.Cut();
                cuts++;
            }
        }

        var outcomes = await publishing;
        Assert.All(outcomes, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
        Assert.Equal(Enumerable.Range(0, Count), arrived.Distinct());
        Assert.True(arrived.Count - Count <= 4 * 20, $"{arrived.Count - Count} duplicates after 4 cuts with a window of 20");
        Assert.Equal(4, sender.Statistics.Reconnects);
        Assert.True(sender.Statistics.Resent > 0, "nothing was sent again");
    }

    [Fact]
    public async Task Connection_CutWhileReceiving_DeliversUnacknowledgedAgainAndLosesNothing()
    {
        await using var relay = new CuttableRelay(Broker.Host, () => Broker.Port);
        var receiver = await ConnectAsync("receiver", o => o with { Port = relay.Port, ReceiveMaximum = 10 });
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("d/+", Ct);
        await PublishNumbersAsync(sender, "d/x", 0, 30);
        var held = await Expect.DeliveryAsync(subscription, "the first message");

        relay.Cut();
        await Expect.UntilAsync(() => receiver.Statistics.Reconnects == 1, "the receiver reconnects");
        held.Acknowledge();

        var deliveries = await Expect.DeliveriesAsync(subscription, 30, "all messages, the held one again");
        Assert.Equal(0, NumberOf(held));
        Assert.Equal(Enumerable.Range(0, 30), deliveries.Select(NumberOf));
        Assert.True(deliveries[0].Duplicate, "the message delivered before is marked as delivered again");
    }

    [Fact]
    public async Task Broker_Restarted_ConnectionHealsAndSubscriptionsLive()
    {
        var receiver = await ConnectAsync("receiver", o => o with { PublishTimeout = TimeSpan.FromSeconds(60) });
        var sender = await ConnectAsync("sender", o => o with { PublishTimeout = TimeSpan.FromSeconds(60) });
        var subscription = await receiver.SubscribeAsync("r/#", Ct);
        await PublishNumbersAsync(sender, "r/x", 0, 5);
        await Expect.DeliveriesAsync(subscription, 5, "messages before the restart");

        await Broker.StopAsync(Ct);
        var whileAway = PublishNumbersAsync(sender, "r/x", 5, 40);
        await Broker.RestartAsync(Ct);
        await Expect.WithinAsync(receiver.WhenConnectedAsync(Ct), "the receiver reconnects");
        var outcomes = await whileAway;

        // A broker that lost its sessions may take the first messages before the receiver has subscribed again, and says so.
        var taken = outcomes.Index().Where(o => o.Item.Outcome == PublishOutcome.Delivered).Select(o => o.Index + 5).ToList();
        Assert.All(outcomes, o => Assert.True(o.IsDelivered || (o.Outcome == PublishOutcome.NoSubscriber && !Broker.KeepsSessionsAcrossRestart), o.ToString()));
        await Expect.UntilAsync(() => PublishNumbersAsync(sender, "r/x", 100, 1).GetAwaiter().GetResult()[0].IsDelivered, "the receiver has subscribed again");
        List<int> arrived = [];
        while (!arrived.Contains(100))
        {
            arrived.Add(NumberOf((await Expect.DeliveriesAsync(subscription, 1, $"message after {arrived.Count}, up to the last"))[0]));
        }

        // Acknowledgements that were on the way when the broker stopped make it deliver again.
        Assert.Equal([.. taken, 100], arrived.Where(n => n >= 5).Distinct());
    }

    [Fact]
    public async Task Broker_RestartedWithQueuedMessages_KeepsThemWhereItPersists()
    {
        var receiver = await ConnectAsync("receiver");
        await receiver.SubscribeAsync("q/#", Ct);
        await receiver.DisposeAsync();
        var sender = await ConnectAsync("sender");
        await PublishNumbersAsync(sender, "q/x", 0, 25);

        await Broker.RestartAsync(Ct);
        var again = await ConnectAsync("receiver");
        var subscription = await again.SubscribeAsync("q/#", Ct);
        await Expect.WithinAsync(sender.WhenConnectedAsync(Ct), "the sender reconnects");
        await PublishNumbersAsync(sender, "q/x", 25, 1);

        // Mosquitto writes its queues to disk when it is stopped; the embedded broker has them in memory only.
        var expected = Broker.KeepsSessionsAcrossRestart ? Enumerable.Range(0, 26) : [25];
        var deliveries = await Expect.DeliveriesAsync(subscription, expected.Count(), "what the broker kept, and the next");
        Assert.Equal(expected, deliveries.Select(NumberOf));
    }

    [Fact]
    public async Task Unread_ConnectionCut_AreNotDeliveredTwice()
    {
        await using var relay = new CuttableRelay(Broker.Host, () => Broker.Port);
        var receiver = await ConnectAsync("receiver", o => o with { Port = relay.Port });
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("u/+", Ct);
        await PublishNumbersAsync(sender, "u/x", 0, 20);
        await Expect.UntilAsync(() => subscription.Deliveries.Count == 20, "twenty messages wait unread");

        relay.Cut();
        await Expect.UntilAsync(() => receiver.Statistics.Reconnects == 1, "the receiver reconnects");
        var deliveries = await Expect.DeliveriesAsync(subscription, 20, "the messages of the new connection");
        await PublishNumbersAsync(sender, "u/x", 20, 1);

        Assert.Equal(Enumerable.Range(0, 20), deliveries.Select(NumberOf));
        Assert.Equal(20, NumberOf((await Expect.DeliveriesAsync(subscription, 1, "the next message"))[0]));
    }

    [Fact]
    public async Task Close_PublishesAccepted_WaitsForTheirOutcomes()
    {
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("c/+", Ct);
        List<Task<PublishResult>> outcomes = [];
        for (var i = 0; i < 200; i++)
        {
            outcomes.Add(await sender.PublishAsync(Numbered("c/x", i), Ct));
        }

        await sender.CloseAsync(TimeSpan.FromSeconds(10), Ct);

        Assert.All(outcomes, o => Assert.Equal(PublishOutcome.Delivered, o.Result.Outcome));
        Assert.Equal(BusState.Closed, sender.State);
        await Expect.DeliveriesAsync(subscription, 200, "everything accepted before the close");
        var late = await Expect.OutcomeAsync(sender, Numbered("c/x", 200));
        Assert.Equal(PublishOutcome.Closed, late.Outcome);
    }
}
