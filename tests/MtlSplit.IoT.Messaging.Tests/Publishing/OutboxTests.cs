using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Messaging.Connecting;
using MtlSplit.IoT.Messaging.Publishing;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Publishing;

public sealed class OutboxTests
{
    private const int Window = 4;
    private const int Queue = 8;

    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(10);
    private static readonly BrokerLimits Roomy = new(
        SessionPresent: true, ReceiveMaximum: 100, MaximumPacketSize: 10_000, RetainAvailable: true, AtLeastOnceAvailable: true, SubscriptionIdentifiersAvailable: true, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new();
    private readonly Outbox _outbox;

    public OutboxTests() => _outbox = new Outbox(
        new BusOptions { ClientId = "me", PublishWindow = Window, PublishQueue = Queue, PublishTimeout = PublishTimeout, MaximumPacketSize = 5000 }, _time, new WorkSignal());

    [Fact]
    public async Task Window_IsNeverExceeded_AndEachAnswerLetsTheNextOut()
    {
        _outbox.Connected(Roomy);
        var outcomes = await AcceptAsync(7);

        var sent = Sendable();
        Assert.Equal(["0", "1", "2", "3"], sent.Select(p => p.Message.Topic));
        Assert.Equal(Window, sent.Select(p => p.PacketId).Distinct().Count());
        Assert.True(_outbox.Answered(sent[2].PacketId, 0));
        Assert.Equal("4", Assert.Single(Sendable()).Message.Topic);
        Assert.Equal(PublishOutcome.Delivered, (await outcomes[2]).Outcome);
        Assert.False(_outbox.Answered(sent[2].PacketId, 0), "it was answered before");
    }

    [Fact]
    public async Task Window_IsNoLargerThanTheBrokersReceiveMaximum()
    {
        _outbox.Connected(Roomy with { ReceiveMaximum = 2 });
        await AcceptAsync(5);

        Assert.Equal(2, Sendable().Count);
    }

    [Fact]
    public async Task QosZero_NeedsNoPlaceInTheWindow_ButKeepsItsPlaceInTheOrder()
    {
        _outbox.Connected(Roomy);
        await AcceptAsync(Window);
        Sendable();
        var fleeting = await _outbox.AcceptAsync(new BusMessage("fleeting", default) { Qos = BusQos.AtMostOnce }, CancellationToken.None);

        var sent = Assert.Single(Sendable());
        Assert.Equal(("fleeting", 0), (sent.Message.Topic, sent.PacketId));
        _outbox.Written(sent);
        Assert.Equal(PublishOutcome.Delivered, (await fleeting).Outcome);
    }

    [Theory]
    [InlineData(0x00, PublishOutcome.Delivered)]
    [InlineData(0x10, PublishOutcome.NoSubscriber)]
    [InlineData(0x87, PublishOutcome.Refused)]
    [InlineData(0x97, PublishOutcome.Refused)]
    public async Task Answer_DecidesTheOutcome(byte reason, PublishOutcome outcome)
    {
        _outbox.Connected(Roomy);
        var pending = Assert.Single(await AcceptAsync(1));

        _outbox.Answered(Assert.Single(Sendable()).PacketId, reason);

        Assert.Equal(new PublishResult(outcome, reason), await pending);
    }

    [Fact]
    public async Task Reconnect_SendsWhatIsInFlightAgainFirst_InOrder_WithItsIdentifiers()
    {
        _outbox.Connected(Roomy);
        await AcceptAsync(6);
        var first = Sendable();
        _outbox.Answered(first[1].PacketId, 0);
        Sendable();
        _outbox.Disconnected();
        Assert.Empty(Sendable());

        Assert.Equal(4, _outbox.Connected(Roomy));

        var again = Sendable();
        Assert.Equal(["0", "2", "3", "4"], again.Select(p => p.Message.Topic));
        Assert.Equal([first[0].PacketId, first[2].PacketId, first[3].PacketId], again.Take(3).Select(p => p.PacketId));
        Assert.All(again, p => Assert.True(p.MayBeDuplicate));
        _outbox.Answered(again[0].PacketId, 0);
        var fresh = Assert.Single(Sendable());
        Assert.Equal(("5", false), (fresh.Message.Topic, fresh.MayBeDuplicate));
    }

    [Fact]
    public async Task Reconnect_WithoutTheSession_SendsNothingAsADuplicate()
    {
        _outbox.Connected(Roomy);
        await AcceptAsync(2);
        Sendable();
        _outbox.Disconnected();

        _outbox.Connected(Roomy with { SessionPresent = false });

        Assert.All(Sendable(), p => Assert.False(p.MayBeDuplicate));
    }

    [Fact]
    public async Task Time_EndsWhatWaitsAndWhatIsInFlight_AndTheConnectionThatOwesTheAnswerIsNotTrusted()
    {
        _outbox.Connected(Roomy);
        var outcomes = await AcceptAsync(Window + 1);
        var sent = Sendable();
        _time.Advance(PublishTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(_outbox.Expire());
        Assert.DoesNotContain(outcomes, o => o.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(_outbox.Expire());
        foreach (var outcome in outcomes)
        {
            Assert.Equal(PublishOutcome.TimedOut, (await outcome).Outcome);
        }

        // The broker may still answer: until then the identifiers are not used for anything else.
        await AcceptAsync(1);
        Assert.Empty(Sendable());
        Assert.True(_outbox.Answered(sent[0].PacketId, 0));
        Assert.NotEqual(0, Assert.Single(Sendable()).PacketId);
    }

    [Fact]
    public async Task Time_RunsWhileThereIsNoConnection()
    {
        var pending = Assert.Single(await AcceptAsync(1));
        _time.Advance(PublishTimeout);

        Assert.False(_outbox.Expire(), "no connection owes anything");

        Assert.Equal(PublishOutcome.TimedOut, (await pending).Outcome);
        _outbox.Connected(Roomy);
        Assert.Empty(Sendable());
    }

    [Fact]
    public async Task Queue_Full_MakesPublishersWait_UntilThereIsRoomOrTheyGiveUpOrItCloses()
    {
        await AcceptAsync(Queue);
        using var cancelled = new CancellationTokenSource();
        var givesUp = _outbox.AcceptAsync(Message("given up"), cancelled.Token).AsTask();
        var waits = _outbox.AcceptAsync(Message("waits"), CancellationToken.None).AsTask();
        Assert.False(givesUp.IsCompleted || waits.IsCompleted);

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        _outbox.Connected(Roomy);
        Assert.Equal(Window, Sendable().Count);
        await Expect.WithinAsync(waits, "room for the waiting one");

        await AcceptAsync(Window - 1);
        var late = _outbox.AcceptAsync(Message("late"), CancellationToken.None).AsTask();
        Assert.False(late.IsCompleted);
        _outbox.Close();
        Assert.Equal(PublishOutcome.Closed, (await Expect.WithinAsync(await Expect.WithinAsync(late, "the end"), "the outcome")).Outcome);
        Assert.Equal(PublishOutcome.Closed, (await await waits).Outcome);
    }

    [Fact]
    public async Task Message_LargerThanEitherSideTakes_IsRefusedAndTheNextGoesOut()
    {
        _outbox.Connected(Roomy with { MaximumPacketSize = 500 });
        var ownLimit = await _outbox.AcceptAsync(Message("own", 6000), CancellationToken.None);
        var brokersLimit = await _outbox.AcceptAsync(Message("brokers", 600), CancellationToken.None);
        var badTopic = await _outbox.AcceptAsync(Message("a/+"), CancellationToken.None);
        await AcceptAsync(1);

        Assert.Equal("0", Assert.Single(Sendable()).Message.Topic);
        Assert.Equal(new PublishResult(PublishOutcome.Refused, BusReasons.PacketTooLarge), await ownLimit);
        Assert.Equal(new PublishResult(PublishOutcome.Refused, BusReasons.PacketTooLarge), await brokersLimit);
        Assert.Equal(new PublishResult(PublishOutcome.Refused, BusReasons.TopicNameInvalid), await badTopic);
    }

    [Fact]
    public async Task Drain_EndsWithTheLastOutcome_AndTakesNoMore()
    {
        _outbox.Connected(Roomy);
        await AcceptAsync(2);
        var sent = Sendable();

        var drained = _outbox.DrainAsync();

        Assert.Equal(PublishOutcome.Closed, (await Assert.Single(await AcceptAsync(1))).Outcome);
        _outbox.Answered(sent[0].PacketId, 0);
        Assert.False(drained.IsCompleted);
        _outbox.Answered(sent[1].PacketId, 0x87);
        await Expect.WithinAsync(drained, "the end of the drain");
    }

    [Fact]
    public void PacketIds_AreNeverGivenOutTwice_AndRunOut()
    {
        var ids = new PacketIds();
        var taken = new HashSet<ushort>();
        while (ids.TryTake(out var id))
        {
            Assert.True(id > 0 && taken.Add(id));
        }

        Assert.Equal(ushort.MaxValue, taken.Count);
        ids.Return(4711);
        ids.Return(4711);
        Assert.True(ids.TryTake(out var only));
        Assert.Equal(4711, only);
        Assert.False(ids.TryTake(out _));
    }

    private static BusMessage Message(string topic, int size = 0) => new(topic, new byte[size]);

    private async Task<List<Task<PublishResult>>> AcceptAsync(int count)
    {
        List<Task<PublishResult>> outcomes = [];
        for (var n = 0; n < count; n++)
        {
            outcomes.Add(await Expect.WithinAsync(_outbox.AcceptAsync(Message($"{n}"), CancellationToken.None).AsTask(), "room"));
        }

        return outcomes;
    }

    private List<OutgoingPublish> Sendable()
    {
        List<OutgoingPublish> all = [];
        while (_outbox.TryNext(out var publish))
        {
            all.Add(publish);
        }

        return all;
    }
}
