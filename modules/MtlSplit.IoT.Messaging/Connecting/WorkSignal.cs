using System.Threading.Tasks.Sources;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>
/// Wakes one waiting loop; sets before the wait are not lost, several count as one. Any number of threads may set, one may wait, one may
/// hold. Allocates nothing.
/// </summary>
internal sealed class WorkSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Signalled = 1;
    private const int Waiting = 2;

    /// <summary>The loop waits, and was set while it is held.</summary>
    private const int Due = 3;

    /// <summary>Added to the others.</summary>
    private const int Held = 4;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Wakes the loop, on another thread; while it is held, when it is released.</summary>
    public void Set()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var next = state switch
            {
                Waiting => Idle,
                Waiting | Held => Due | Held,
                Idle or (Idle | Held) => state | Signalled,
                _ => state,
            };
            if (next == state || Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                if (state == Waiting)
                {
                    Wake(here: false);
                }

                return;
            }
        }
    }

    /// <summary>
    /// Keeps a waiting loop asleep until <see cref="Release"/>: what is set meanwhile, by others too, is worked on in one go and without waking
    /// a thread. For a moment only, by a thread that does not wait meanwhile.
    /// </summary>
    public void Hold() => Interlocked.Or(ref _state, Held);

    /// <summary>Ends the hold. If the loop was set meanwhile it goes on inside this call, until it waits again. Never under a lock.</summary>
    public void Release()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var next = state == (Due | Held) ? Idle : state & ~Held;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                if (state == (Due | Held))
                {
                    Wake(here: true);
                }

                return;
            }
        }
    }

    public ValueTask WaitAsync()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var signalled = (state & ~Held) == Signalled;
            if (!signalled)
            {
                _core.Reset();
            }

            if (Interlocked.CompareExchange(ref _state, signalled ? state & Held : state | Waiting, state) == state)
            {
                return signalled ? ValueTask.CompletedTask : new ValueTask(this, _core.Version);
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Whoever took the state away from waiting is the only one here until the loop waits again.</summary>
    private void Wake(bool here)
    {
        _core.RunContinuationsAsynchronously = !here;
        _core.SetResult(true);
    }
}
