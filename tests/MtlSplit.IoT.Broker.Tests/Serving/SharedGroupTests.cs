using System.Text.Json;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Broker.Tests.Serving;

public sealed class SharedGroupTests
{
    private const string Filter = "$share/g/t/+";
    private const string Topic = "t/x";

    [Fact]
    public async Task Messages_PassAMemberWithoutFreeCreditBy()
    {
        await using var bench = await BrokerBench.StartAsync();
        var sender = await bench.ConnectAsync("sender");
        var stalled = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("stalled", o => o.ReceiveMaximum = 5), Filter);
        await BrokerBench.PublishAsync(sender, Topic, Enumerable.Range(0, 5));
        var busy = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("busy", o => o.ReceiveMaximum = 2), Filter);

        var publishing = BrokerBench.PublishAsync(sender, Topic, Enumerable.Range(5, 300));

        Assert.Equal(Enumerable.Range(5, 300), (await Expect.DeliveriesAsync(busy, 300, "all that the stalled member cannot take")).Select(BrokerBench.NumberOf));
        Assert.All(await publishing, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
        Assert.Equal(5, stalled.Deliveries.Count);
    }

    [Fact]
    public async Task Messages_GoToTheMemberWithTheMostFreeCredit()
    {
        await using var bench = await BrokerBench.StartAsync();
        var sender = await bench.ConnectAsync("sender");
        var small = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("small", o => o.ReceiveMaximum = 10), Filter);
        var large = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("large", o => o.ReceiveMaximum = 30), Filter);

        // Nobody acknowledges: 20 level the free credit, the other 20 take turns.
        await BrokerBench.PublishAsync(sender, Topic, Enumerable.Range(0, 40));

        await Expect.UntilAsync(() => small.Deliveries.Count + large.Deliveries.Count == 40, "all are handed out");
        Assert.Equal(Enumerable.Range(0, 20), Expect.Waiting(large.Deliveries).Select(BrokerBench.NumberOf).Take(20));
        Assert.Equal(Enumerable.Range(10, 10), Expect.Waiting(small.Deliveries).Select(d => BrokerBench.NumberOf(d) / 2));
    }

    [Fact]
    public async Task Overflow_ExpiresTheOldestWaiting_CountsAndAnnouncesIt_AndRefusesNobody()
    {
        const int Size = 1000;
        await using var bench = await BrokerBench.StartAsync(new BrokerOptions { GroupMaxBytes = 20_000 });
        var member = await bench.ConnectAsync("member", o => o.ReceiveMaximum = 1);
        var subscription = await BrokerBench.SubscribeAsync(member, Filter);
        var news = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("watcher"), "$SYS/broker/expired");
        var sender = await bench.ConnectAsync("sender");

        var results = await BrokerBench.PublishAsync(sender, Topic, Enumerable.Range(0, 50), Size);

        Assert.All(results, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
        var expired = bench.Broker.Statistics.GroupExpired;
        Assert.InRange(expired, 30, 40);
        Assert.Equal(expired, Assert.Single(bench.Broker.Statistics.ExpiredByGroup).Value);
        bench.Pass(TimeSpan.FromSeconds(2));
        using var said = JsonDocument.Parse((await Expect.DeliveryAsync(news, "the news of it")).Payload);
        Assert.Equal(("g", "t/+", expired), (said.RootElement.GetProperty("group").GetString(), said.RootElement.GetProperty("filter").GetString(), said.RootElement.GetProperty("total").GetInt64()));

        // The one in the member's hands, then the newest.
        var left = (await Expect.DeliveriesAsync(subscription, 50 - (int)expired, "what was kept")).Select(BrokerBench.NumberOf);
        Assert.Equal([0, .. Enumerable.Range(1 + (int)expired, 49 - (int)expired)], left);
    }

    [Fact]
    public async Task Age_BeyondTheGroupsLimit_Expires()
    {
        await using var bench = await BrokerBench.StartAsync(new BrokerOptions { GroupMaxAge = TimeSpan.FromSeconds(5) });
        var away = await bench.ConnectAsync("away");
        await BrokerBench.SubscribeAsync(away, Filter);
        await away.CloseAsync(TimeSpan.Zero, CancellationToken.None);
        var sender = await bench.ConnectAsync("sender");
        await BrokerBench.PublishAsync(sender, Topic, [1]);
        bench.Pass(TimeSpan.FromSeconds(4));
        await BrokerBench.PublishAsync(sender, Topic, [2]);

        bench.Pass(TimeSpan.FromSeconds(2));

        await Expect.UntilAsync(() => bench.Broker.Statistics.GroupExpired == 1, "the old one expires");
        var back = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("away"), Filter);
        Assert.Equal(2, BrokerBench.NumberOf(await Expect.DeliveryAsync(back, "the young one")));
    }

    [Fact]
    public async Task Member_ThatHoldsTooLong_IsDisconnectedAndItsMessagesMoveAndAreNotSentToItAgain()
    {
        await using var bench = await BrokerBench.StartAsync(new BrokerOptions { HoldLimit = TimeSpan.FromSeconds(5) });
        var holder = await bench.ConnectAsync("holder", o => o.ReceiveMaximum = 10);
        var held = await BrokerBench.SubscribeAsync(holder, Filter);
        var sender = await bench.ConnectAsync("sender");
        await BrokerBench.PublishAsync(sender, Topic, Enumerable.Range(0, 10));
        for (var n = 0; n < 10; n++)
        {
            Assert.Equal(n, BrokerBench.NumberOf(await Expect.DeliveryAsync(held, "the holder takes it and never acknowledges")));
        }

        var other = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("other"), Filter);
        var states = 0;
        holder.StateChanged += state => states += state == BusState.Connected ? 1 : 0;

        bench.Pass(TimeSpan.FromSeconds(6));

        await Expect.UntilAsync(() => bench.Broker.Statistics.HoldDisconnects == 1, "the holder is cut off");
        var moved = await Expect.DeliveriesAsync(other, 9, "what the holder held goes to the other");
        Assert.All(moved, d => Assert.True(d.Duplicate));
        await Expect.UntilAsync(() => states == 1, "the holder is back");

        // Back on probation it gets one at a time, and of the old ones at most that one.
        var again = Expect.Waiting(held.Deliveries);
        Assert.InRange(again.Count, 0, 1);
        var numbers = moved.Concat(again).Select(BrokerBench.NumberOf).ToList();
        if (numbers.Count < 10)
        {
            numbers.Add(BrokerBench.NumberOf((await Expect.DeliveriesAsync(other, 1, "the last one"))[0]));
        }

        Assert.Equal(Enumerable.Range(0, 10), numbers.Order());
    }

    [Fact]
    public async Task TotalBudget_UsedUp_RefusesWith0x97_AndTakesMessagesAgainWhenThereIsRoom()
    {
        const int Size = 1000;
        await using var bench = await BrokerBench.StartAsync(new BrokerOptions { TotalMaxBytes = 20_000 });
        var member = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("member", o => o.ReceiveMaximum = 1), Filter);
        var sender = await bench.ConnectAsync("sender");

        var results = await BrokerBench.PublishAsync(sender, Topic, Enumerable.Range(0, 30), Size);

        var taken = results.TakeWhile(r => r.Outcome == PublishOutcome.Delivered).Count();
        Assert.InRange(taken, 10, 20);
        Assert.All(results.Skip(taken), r => Assert.Equal(new PublishResult(PublishOutcome.Refused, BusReasons.QuotaExceeded), r));
        Assert.Equal(30 - taken, bench.Broker.Statistics.Refused);
        Assert.InRange(bench.Broker.Statistics.KeptBytes, Size, 20_000);
        Assert.Equal(Enumerable.Range(0, taken), (await Expect.DeliveriesAsync(member, taken, "what was taken is not lost")).Select(BrokerBench.NumberOf));
        await Expect.UntilAsync(() => bench.Broker.Statistics.KeptBytes == 0, "all is acknowledged");
        Assert.Equal(PublishOutcome.Delivered, Assert.Single(await BrokerBench.PublishAsync(sender, Topic, [99], Size)).Outcome);
    }

    [Fact]
    public async Task Observer_ThatDoesNotRead_LosesItsOldestAndSlowsNobody()
    {
        await using var bench = await BrokerBench.StartAsync(new BrokerOptions { ObserverMaxMessages = 10 });
        var observer = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("observer", o => o.ReceiveMaximum = 1), "t/+");
        var member = await BrokerBench.SubscribeAsync(await bench.ConnectAsync("member"), Filter);
        var sender = await bench.ConnectAsync("sender");

        var publishing = BrokerBench.PublishAsync(sender, Topic, Enumerable.Range(0, 100));

        Assert.Equal(Enumerable.Range(0, 100), (await Expect.DeliveriesAsync(member, 100, "the group is not held up")).Select(BrokerBench.NumberOf));
        Assert.All(await publishing, r => Assert.Equal(PublishOutcome.Delivered, r.Outcome));
        Assert.Equal(89, bench.Broker.Statistics.ObserverDropped);
        Assert.Equal(("observer", 89), (Assert.Single(bench.Broker.Statistics.DroppedByObserver).Key, Assert.Single(bench.Broker.Statistics.DroppedByObserver).Value));
        Assert.Equal([0, .. Enumerable.Range(90, 10)], (await Expect.DeliveriesAsync(observer, 11, "the newest are kept")).Select(BrokerBench.NumberOf));
    }
}
