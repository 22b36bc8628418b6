using MtlSplit.IoT.Messaging.Connecting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Connecting;

public sealed class WorkSignalTests
{
    private readonly WorkSignal _signal = new();

    [Fact]
    public async Task SetsBeforeTheWait_CountAsOne()
    {
        _signal.Set();
        _signal.Set();
        await _signal.WaitAsync();

        Assert.False(_signal.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task SetDuringTheWait_EndsIt()
    {
        var wait = _signal.WaitAsync().AsTask();
        _signal.Set();

        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void SetDuringAHold_WakesInsideTheRelease()
    {
        var wait = _signal.WaitAsync().AsTask();
        _signal.Hold();
        _signal.Set();
        Assert.False(wait.IsCompleted);

        _signal.Release();
        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public void SetDuringAHold_BeforeTheWait_IsNotLost()
    {
        _signal.Hold();
        _signal.Set();
        Assert.True(_signal.WaitAsync().AsTask().IsCompleted);
        Assert.False(_signal.WaitAsync().AsTask().IsCompleted);
        _signal.Release();
    }

    [Fact]
    public void Release_WithoutASet_WakesNobody()
    {
        var wait = _signal.WaitAsync().AsTask();
        _signal.Hold();
        _signal.Release();

        Assert.False(wait.IsCompleted);
    }

    [Fact]
    public async Task SetsOfManyThreads_AreNotLost_WhileAnotherHoldsAndReleases()
    {
        const int Setters = 4;
        const int Sets = 20_000;
        var (asked, seen) = (0, 0);
        using var done = new CancellationTokenSource();
        var loop = Task.Run(
            async () =>
            {
                while (seen < Setters * Sets)
                {
                    // Whatever was asked before a set must be seen after the wake that it causes.
                    await _signal.WaitAsync();
                    seen = Volatile.Read(ref asked);
                }
            },
            CancellationToken.None);
        var holder = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    _signal.Hold();
                    Thread.Yield();
                    _signal.Release();
                }
            },
            CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, Setters).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < Sets; i++)
                {
                    Interlocked.Increment(ref asked);
                    _signal.Set();
                }
            },
            CancellationToken.None)));

        await loop.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await done.CancelAsync();
        await holder;
    }
}
