using MtlSplit.IoT.Messaging.Receiving;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Receiving;

public sealed class DeliveryQueueTests
{
    private readonly DeliveryQueue _queue = new(qosZeroLimit: 3, orphanLimit: 2);

    [Fact]
    public void BothQualities_AreReadInOrderOfArrival_AndOnlyTheOldestOfQosZeroGiveWay()
    {
        Add("a", lasting: true);
        Add("b", lasting: false);
        Add("c", lasting: true);
        Add("d", lasting: false);
        Add("e", lasting: false);
        Assert.Equal(1, _queue.Add(Delivery("f"), atLeastOnce: false));

        Assert.Equal(["a", "c", "d", "e", "f"], Read());
    }

    [Fact]
    public void SameSession_UnreadQosOneGoes_SinceTheBrokerDeliversItAgain()
    {
        Add("a", lasting: true);
        Add("b", lasting: false);
        Add("c", lasting: true);

        Assert.Equal(2, _queue.ForgetUnread());

        Assert.Equal(["b"], Read());
    }

    [Fact]
    public void LostSession_UnreadQosOneStays_TheNewestWithinTheBound()
    {
        Add("a", lasting: true);
        Add("b", lasting: true);
        Add("c", lasting: true);

        Assert.Equal(1, _queue.KeepOrphans());

        Assert.Equal(["b", "c"], Read());
    }

    [Fact]
    public async Task Completion_ComesAfterTheLastRead()
    {
        Add("a", lasting: true);
        _queue.Complete();
        Assert.False(_queue.Completion.IsCompleted);
        Assert.Equal(0, _queue.Add(Delivery("too late"), atLeastOnce: true));

        Assert.Equal(["a"], Read());

        await Expect.WithinAsync(_queue.Completion, "the completion");
        Assert.False(await _queue.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Fault_ReachesWhoWaitsAndWhoComesLater()
    {
        var waiting = _queue.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();

        _queue.Complete(new BusSubscribeException("t", 0x87, "not authorized"));

        await Assert.ThrowsAsync<BusSubscribeException>(() => Expect.WithinAsync(waiting, "the fault"));
        await Assert.ThrowsAsync<BusSubscribeException>(() => _queue.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task Waiters_AllWakeAtAnArrival_AndACancelledOneTakesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        var gone = _queue.WaitToReadAsync(cancelled.Token).AsTask();
        var stays = _queue.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        Add("a", lasting: true);

        Assert.True(await Expect.WithinAsync(stays, "the arrival"));
        Assert.Equal(["a"], Read());
    }

    private static BusDelivery Delivery(string topic) => new(topic, default);

    private void Add(string topic, bool lasting) => Assert.Equal(0, _queue.Add(Delivery(topic), lasting));

    private List<string> Read()
    {
        List<string> all = [];
        while (_queue.TryRead(out var delivery))
        {
            all.Add(delivery.Topic);
        }

        return all;
    }
}
