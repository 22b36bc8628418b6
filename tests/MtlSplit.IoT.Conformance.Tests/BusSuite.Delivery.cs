using System.Diagnostics;
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
    public async Task QosOne_ManyMessages_ArriveOnceAndInOrder(BusProtocol protocol)
    {
        var receiver = await ConnectAsync("receiver", o => o with { Protocol = protocol });
        var sender = await ConnectAsync("sender", o => o with { Protocol = protocol });
        var subscription = await receiver.SubscribeAsync("a/+", Ct);

        var publishing = PublishNumbersAsync(sender, "a/b", 0, 2000);
        var deliveries = await Expect.DeliveriesAsync(subscription, 2000, "all that was published");

        Assert.Equal(Enumerable.Range(0, 2000), deliveries.Select(NumberOf));
        Assert.All(await publishing, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
    }

    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task Payload_FromNothingToTheLargestFeature_ArrivesUnchanged(BusProtocol protocol)
    {
        var receiver = await ConnectAsync("receiver", o => o with { Protocol = protocol });
        var sender = await ConnectAsync("sender", o => o with { Protocol = protocol });
        var subscription = await receiver.SubscribeAsync("p/+", Ct);
        int[] sizes = [0, 1, 100, 2_560, 28_672, 65_535, 131_072, 262_144];
        var random = new Random(7);
        var payloads = sizes.Select(size => { var bytes = new byte[size]; random.NextBytes(bytes); return bytes; }).ToArray();

        for (var round = 0; round < 3; round++)
        {
            var outcomes = payloads.Select(p => Expect.OutcomeAsync(sender, new BusMessage("p/x", p))).ToArray();
            var deliveries = await Expect.DeliveriesAsync(subscription, sizes.Length, "every size");

            Assert.Equal(payloads, deliveries.Select(d => d.Payload.ToArray()));
            Assert.All(await Task.WhenAll(outcomes), r => Assert.True(r.IsDelivered, r.ToString()));
        }
    }

    [Fact]
    public async Task Properties_AllOfThem_ArriveOverMqtt5()
    {
        using var activity = new Activity("publish").SetIdFormat(ActivityIdFormat.W3C).Start();
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("m/+", Ct);
        var message = new BusMessage("m/x", new byte[] { 1 }) { ContentType = "application/x-feature", UserProperties = [new("a", "1"), new("a", "ü")] };

        await Expect.OutcomeAsync(sender, TraceProperties.Inject(message, activity));

        var delivery = (await Expect.DeliveriesAsync(subscription, 1, "the message"))[0];
        Assert.Equal("m/x", delivery.Topic);
        Assert.Equal("application/x-feature", delivery.ContentType);
        Assert.Equal([new("a", "1"), new("a", "ü")], delivery.UserProperties.Take(2));
        Assert.Equal(activity.TraceId, TraceProperties.Extract(delivery.UserProperties).TraceId);
        Assert.False(delivery.Retained);
        Assert.True(delivery.ReceivedTimestamp > 0);
    }

    [Fact]
    public async Task Properties_OverMqtt311_AreLeftOutAndTheMessageArrives()
    {
        var receiver = await ConnectAsync("receiver");
        var sender = await ConnectAsync("sender", o => o with { Protocol = BusProtocol.Mqtt311 });
        var subscription = await receiver.SubscribeAsync("m/+", Ct);
        var message = new BusMessage("m/x", new byte[] { 1 }) { ContentType = "t", UserProperties = [new("a", "1")], Expiry = TimeSpan.FromMinutes(1) };

        var outcome = await Expect.OutcomeAsync(sender, message);

        var delivery = (await Expect.DeliveriesAsync(subscription, 1, "the message"))[0];
        Assert.True(outcome.IsDelivered);
        Assert.Empty(delivery.UserProperties);
        Assert.Null(delivery.ContentType);
    }

    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task Retained_LaterSubscriber_GetsTheLastValueUnlessItDoesNotWantIt(BusProtocol protocol)
    {
        var sender = await ConnectAsync("sender", o => o with { Protocol = protocol });
        await Expect.OutcomeAsync(sender, Numbered("t/x", 1) with { Retain = true });
        await Expect.OutcomeAsync(sender, Numbered("t/x", 2) with { Retain = true });
        var receiver = await ConnectAsync("receiver", o => o with { Protocol = protocol });

        var wanting = await receiver.SubscribeAsync("t/+", Ct);
        var retained = (await Expect.DeliveriesAsync(wanting, 1, "the retained value"))[0];
        await wanting.UnsubscribeAsync(Ct);
        var live = await receiver.SubscribeAsync("t/x", Ct, retainedToo: false);
        await Expect.OutcomeAsync(sender, Numbered("t/x", 3));

        Assert.Equal((2, true), (NumberOf(retained), retained.Retained));
        var next = (await Expect.DeliveriesAsync(live, 1, "the live message"))[0];
        Assert.Equal((3, false), (NumberOf(next), next.Retained));
    }

    [Fact]
    public async Task Retained_ClearedByAnEmptyPayload_IsGone()
    {
        var sender = await ConnectAsync("sender");
        await Expect.OutcomeAsync(sender, Numbered("t/x", 1) with { Retain = true });
        await Expect.OutcomeAsync(sender, new BusMessage("t/x", default) { Retain = true });
        var receiver = await ConnectAsync("receiver");

        var subscription = await receiver.SubscribeAsync("t/+", Ct);
        await Expect.OutcomeAsync(sender, Numbered("t/x", 2));

        Assert.Equal(2, NumberOf((await Expect.DeliveriesAsync(subscription, 1, "the live message only"))[0]));
    }

    [Theory]
    [InlineData(BusProtocol.Mqtt5)]
    [InlineData(BusProtocol.Mqtt311)]
    public async Task Will_AbruptEnd_IsPublishedAndRetained(BusProtocol protocol)
    {
        var receiver = await ConnectAsync("receiver");
        var subscription = await receiver.SubscribeAsync("will/+", Ct);
        var will = new BusMessage("will/vehicle", "offline"u8.ToArray()) { Retain = true };
        var vehicle = await ConnectAsync("vehicle", o => o with { Protocol = protocol, Will = will });

        await vehicle.DisposeAbruptlyAsync();

        var delivery = (await Expect.DeliveriesAsync(subscription, 1, "the will"))[0];
        Assert.Equal("offline"u8.ToArray(), delivery.Payload.ToArray());
        var later = await (await ConnectAsync("later")).SubscribeAsync("will/+", Ct);
        Assert.True((await Expect.DeliveriesAsync(later, 1, "the retained will"))[0].Retained);
    }

    [Fact]
    public async Task Will_OrderlyClose_IsNotPublished()
    {
        var receiver = await ConnectAsync("receiver");
        var subscription = await receiver.SubscribeAsync("will/+", Ct);
        var vehicle = await ConnectAsync("vehicle", o => o with { Will = new BusMessage("will/vehicle", "offline"u8.ToArray()) });

        await vehicle.CloseAsync(TimeSpan.FromSeconds(1), Ct);
        var sender = await ConnectAsync("sender");
        await Expect.OutcomeAsync(sender, Numbered("will/other", 1));

        Assert.Equal("will/other", (await Expect.DeliveriesAsync(subscription, 1, "only the later message"))[0].Topic);
    }

    [Fact]
    public async Task Expiry_ReceiverAwayForLonger_NeverGetsTheMessage()
    {
        var receiver = await ConnectAsync("receiver");
        await receiver.SubscribeAsync("e/+", Ct);
        await receiver.CloseAsync(TimeSpan.FromSeconds(1), Ct);
        var sender = await ConnectAsync("sender");
        await Expect.OutcomeAsync(sender, Numbered("e/x", 1) with { Expiry = TimeSpan.FromSeconds(1) });
        await Expect.OutcomeAsync(sender, Numbered("e/x", 2) with { Expiry = TimeSpan.FromMinutes(5) });

        // Real time: the broker's clock is its own. Whole seconds are counted, so the second must have passed on its clock too.
        await Task.Delay(TimeSpan.FromSeconds(2.2), TimeProvider.System, Ct);
        var subscription = await (await ConnectAsync("receiver")).SubscribeAsync("e/+", Ct);

        Assert.Equal(2, NumberOf((await Expect.DeliveriesAsync(subscription, 1, "the message that has not expired"))[0]));
    }

    [Fact]
    public async Task QosZero_SlowReader_DropsTheOldestAndCounts()
    {
        var receiver = await ConnectAsync("receiver", o => o with { QosZeroQueue = 10 });
        var sender = await ConnectAsync("sender");
        var subscription = await receiver.SubscribeAsync("z/+", Ct);
        for (var i = 0; i < 50; i++)
        {
            await Expect.OutcomeAsync(sender, Numbered("z/x", i) with { Qos = BusQos.AtMostOnce });
        }

        await Expect.UntilAsync(() => receiver.Statistics.Delivered == 50, "fifty messages arrive");

        Assert.Equal(Enumerable.Range(40, 10), Expect.Waiting(subscription.Deliveries).Select(NumberOf));
        Assert.Equal(40, receiver.Statistics.Dropped);
    }

    [Fact]
    public async Task Window_AnswersHeldBack_NoMorePublishesAreInFlightThanAgreed()
    {
        await using var relay = new CuttableRelay(Broker.Host, () => Broker.Port);
        var receiver = await ConnectAsync("receiver");
        var subscription = await receiver.SubscribeAsync("v/+", Ct);
        var sender = await ConnectAsync("sender", o => o with { Port = relay.Port, PublishWindow = 7 });
        relay.HoldAnswers();

        var publishing = PublishNumbersAsync(sender, "v/x", 0, 30);
        await Expect.DeliveriesAsync(subscription, 7, "the window");
        await ConnectAsync("probe");

        Assert.Empty(Expect.Waiting(subscription.Deliveries));
        Assert.Equal(7, sender.Statistics.Published);
        relay.ReleaseAnswers();
        await Expect.DeliveriesAsync(subscription, 23, "the rest, once the answers come");
        Assert.All(await publishing, r => Assert.True(r.IsDelivered));
    }

    [Fact]
    public async Task Publish_BrokerNeverAnswers_TimesOut()
    {
        await using var relay = new CuttableRelay(Broker.Host, () => Broker.Port);
        var sender = await ConnectAsync("sender", o => o with { Port = relay.Port, PublishTimeout = TimeSpan.FromMilliseconds(300) });
        relay.HoldAnswers();

        var outcome = await Expect.OutcomeAsync(sender, Numbered("v/x", 0));

        Assert.Equal(PublishOutcome.TimedOut, outcome.Outcome);
        relay.ReleaseAnswers();
        Assert.Equal(PublishOutcome.NoSubscriber, (await Expect.OutcomeAsync(await ConnectAsync("other"), Numbered("v/x", 1))).Outcome);
    }
}
