using MtlSplit.IoT.Inference.Slots;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Slots;

public sealed class SlotTests
{
    private sealed class Thing : IDisposable
    {
        private int _disposals;

        public int Disposals => Volatile.Read(ref _disposals);

        public void Dispose() => Interlocked.Increment(ref _disposals);
    }

    [Fact]
    public void Swap_WithNoLeaseOut_DisposesTheOldAtOnce()
    {
        var (first, second) = (new Thing(), new Thing());
        using var slot = new Slot<Thing>(first);

        slot.Swap(second);

        Assert.Equal((1, 0), (first.Disposals, second.Disposals));
        using var lease = slot.Acquire();
        Assert.Same(second, lease.Value);
    }

    [Fact]
    public void Swap_WithLeasesOut_DisposesTheOldWithTheLast()
    {
        var first = new Thing();
        using var slot = new Slot<Thing>(first);
        var (one, two) = (slot.Acquire(), slot.Acquire());

        slot.Swap(new Thing());
        one.Dispose();
        Assert.Equal(0, first.Disposals);
        Assert.Same(first, two.Value);
        two.Dispose();

        Assert.Equal(1, first.Disposals);
    }

    [Fact]
    public void Dispose_WithALeaseOut_KeepsItsThingAndRefusesNewLeases()
    {
        var (first, late) = (new Thing(), new Thing());
        var slot = new Slot<Thing>(first);
        var lease = slot.Acquire();

        slot.Dispose();
        slot.Dispose();

        Assert.Equal(0, first.Disposals);
        Assert.Throws<ObjectDisposedException>(() => slot.Acquire());
        Assert.Throws<ObjectDisposedException>(() => slot.Swap(late));
        Assert.Equal(1, late.Disposals);
        lease.Dispose();
        Assert.Equal(1, first.Disposals);
    }

    [Fact]
    public async Task AcquireAndSwap_FromManyThreads_NeverLendWhatIsDisposedAndDisposeEachOnce()
    {
        var things = Enumerable.Range(0, 2001).Select(_ => new Thing()).ToArray();
        var slot = new Slot<Thing>(things[0]);
        using var start = new Barrier(4);
        var stop = false;
        var bad = 0;
        long leases = 0;
        var users = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                while (!Volatile.Read(ref stop))
                {
                    using var lease = slot.Acquire();
                    if (lease.Value.Disposals != 0)
                    {
                        Interlocked.Increment(ref bad);
                    }

                    Interlocked.Increment(ref leases);
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        start.SignalAndWait(TestContext.Current.CancellationToken);
        foreach (var thing in things.Skip(1))
        {
            slot.Swap(thing);
            Thread.Yield();
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(users);
        slot.Dispose();

        Assert.Equal(0, bad);
        Assert.True(Interlocked.Read(ref leases) > 0);
        Assert.All(things, thing => Assert.Equal(1, thing.Disposals));
    }

    [Fact]
    public void Acquire_Always_AllocatesNothing()
    {
        using var slot = new Slot<Thing>(new Thing());
        slot.Acquire().Dispose();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            slot.Acquire().Dispose();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
