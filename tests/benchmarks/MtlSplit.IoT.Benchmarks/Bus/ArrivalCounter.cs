using System.Diagnostics;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>
/// What the two ends of a peer know of each other in one turn: the publisher gets no further ahead of the subscriber than a few hundred messages, so that
/// no broker's queue overflows. Thread-safe.
/// </summary>
internal sealed class ArrivalCounter(int payload, int mostMessages = 256)
{
    private const int MostBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly int _most = Math.Min(mostMessages, MostBytes / payload);
    private long _arrived;
    private long _awaited = long.MaxValue;
    private TaskCompletionSource? _waiting;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    public void Arrived(int count = 1)
    {
        if (Interlocked.Add(ref _arrived, count) >= Interlocked.Read(ref _awaited))
        {
            lock (_gate)
            {
                _waiting?.TrySetResult();
            }
        }
    }

    /// <summary>Messages that may be sent now, after so many.</summary>
    public int Room(long sent) => (int)(_most - (sent - Interlocked.Read(ref _arrived)));

    /// <summary>Waits until another message may be sent.</summary>
    public ValueTask RoomAsync(long sent) => Room(sent) > 0 ? ValueTask.CompletedTask : new(WaitAsync(sent - (_most / 2)));

    /// <summary>Nothing more is sent. Waits for the last and tells messages per second.</summary>
    public async Task<double> FinishAsync(long sent)
    {
        await WaitAsync(sent);
        return sent / Elapsed.TotalSeconds;
    }

    private async Task WaitAsync(long arrivals)
    {
        Task waiting;
        lock (_gate)
        {
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = _waiting.Task;
            Interlocked.Exchange(ref _awaited, arrivals);
            if (Interlocked.Read(ref _arrived) >= arrivals)
            {
                _waiting.TrySetResult();
            }
        }

        await waiting.WaitAsync(Patience);
        Interlocked.Exchange(ref _awaited, long.MaxValue);
    }
}
