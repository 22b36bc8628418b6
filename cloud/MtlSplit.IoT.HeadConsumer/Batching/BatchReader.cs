using System.Threading.Channels;
using MtlSplit.IoT.HeadConsumer.Intake;

namespace MtlSplit.IoT.HeadConsumer.Batching;

/// <summary>Takes features off the queue in batches, in the order in which they came. Used by one loop.</summary>
internal sealed class BatchReader(ChannelReader<PendingFeature> queue, BatchPolicy policy, TimeProvider time)
{
    private readonly List<PendingFeature> _batch = new(policy.MaxBatch);
    private Task<bool>? _readable;
    private int _last;

    /// <summary>
    /// Waits for features, at most for a while, and gives them. An empty batch: nothing came in that time. Null: the queue has
    /// ended. The list is reused by the next call.
    /// </summary>
    public async Task<IReadOnlyList<PendingFeature>?> ReadAsync(TimeSpan patience)
    {
        _batch.Clear();
        if (!Take())
        {
            if (queue.Completion.IsCompleted)
            {
                return null;
            }

            await WaitAsync(patience);
            if (!Take())
            {
                return queue.Completion.IsCompleted ? null : _batch;
            }
        }

        if (policy.WaitFor(_batch.Count, _last) is var wait && wait > TimeSpan.Zero)
        {
            var from = time.GetTimestamp();
            while (_batch.Count < policy.MaxBatch && wait - time.GetElapsedTime(from) is var left && left > TimeSpan.Zero && await WaitAsync(left))
            {
                Take();
            }
        }

        _last = _batch.Count;
        return _batch;
    }

    private bool Take()
    {
        while (_batch.Count < policy.MaxBatch && queue.TryRead(out var feature))
        {
            _batch.Add(feature);
        }

        return _batch.Count > 0;
    }

    /// <summary>Waits until there is something to read; false when the time is over or the queue has ended.</summary>
    private async Task<bool> WaitAsync(TimeSpan limit)
    {
        // A wait that the time cut short goes on and serves the next call: the queue would keep every abandoned one.
        var readable = _readable ??= queue.WaitToReadAsync().AsTask();
        if (!readable.IsCompleted)
        {
            using var timeout = new CancellationTokenSource();
            var first = await Task.WhenAny(readable, Task.Delay(limit, time, timeout.Token));
            await timeout.CancelAsync();
            if (first != readable)
            {
                return false;
            }
        }

        _readable = null;
        return await readable;
    }
}
