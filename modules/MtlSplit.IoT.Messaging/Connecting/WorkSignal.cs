using System.Threading.Tasks.Sources;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>
/// Wakes one waiting loop; sets before the wait are not lost, several count as one. Any number of threads may set, one may wait.
/// Allocates nothing.
/// </summary>
internal sealed class WorkSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Signalled = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Wakes the loop.</summary>
    /// <param name="here">The loop goes on inside this call, until it waits again, instead of on another thread. Never under a lock.</param>
    public void Set(bool here = false)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == Signalled)
            {
                return;
            }

            var next = state == Idle ? Signalled : Idle;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                if (state == Waiting)
                {
                    // Whoever gets here is the only one until the loop waits again.
                    _core.RunContinuationsAsynchronously = !here;
                    _core.SetResult(true);
                }

                return;
            }
        }
    }

    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Signalled) == Signalled)
        {
            return ValueTask.CompletedTask;
        }

        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _core.Version);
        }

        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
