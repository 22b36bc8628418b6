using System.Diagnostics;
using System.Threading.Channels;
using MtlSplit.IoT.Backbone.Telemetry;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>The frames that wait for a worker: a bounded channel that drops the oldest, or makes the source wait.</summary>
internal sealed class FrameQueue
{
    private readonly Channel<CapturedFrame> _waiting;

    public FrameQueue(int capacity, WhenBusy policy, FramePool pool, BackboneCounters counters)
    {
        var options = new BoundedChannelOptions(capacity)
        {
            FullMode = policy == WhenBusy.Wait ? BoundedChannelFullMode.Wait : BoundedChannelFullMode.DropOldest,
            SingleWriter = true,
        };
        _waiting = Channel.CreateBounded<CapturedFrame>(options, dropped =>
        {
            counters.FrameDropped();
            dropped.Span?.SetStatus(ActivityStatusCode.Error, "dropped: newer frames were waiting");
            dropped.Span?.Dispose();
            pool.Return(dropped);
        });
    }

    public ChannelReader<CapturedFrame> Reader => _waiting.Reader;

    /// <summary>Takes over a frame.</summary>
    /// <exception cref="OperationCanceledException">The wait for room was ended; the frame was not taken.</exception>
    public ValueTask OfferAsync(CapturedFrame frame, CancellationToken ct) => _waiting.Writer.WriteAsync(frame, ct);

    /// <summary>No more frames come; those waiting still go to workers.</summary>
    public void Complete() => _waiting.Writer.TryComplete();
}
