using System.Diagnostics;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Frames;

/// <summary>
/// Takes frames from the source, numbers and stamps them, and lets them wait for a worker. The session is the first half of
/// their ids, drawn at random when the process started.
/// </summary>
internal sealed class FrameCapture(IFrameSource source, FrameQueue queue, FramePool pool, ulong session, BackboneCounters counters, TimeProvider time)
{
    /// <summary>Captures until the source ends, the limit is reached, or the token says so; none of these is an error.</summary>
    /// <param name="limit">Frames at most; null: no end.</param>
    /// <param name="ct">Ends the capture between two frames.</param>
    /// <exception cref="FrameSourceException">The source failed.</exception>
    public async Task RunAsync(long? limit, CancellationToken ct)
    {
        for (var number = 0UL; limit is not { } most || number < (ulong)most; number++)
        {
            var frame = pool.Rent();
            var captured = false;
            try
            {
                if (!await source.NextAsync(number, frame.Rgb, ct))
                {
                    return;
                }

                frame.Id = new FrameId(session, number);
                frame.CapturedAt = UnixMicroseconds.Now(time);
                frame.Span = Begin(frame.Id);
                counters.FrameCaptured();
                captured = true;
                await queue.OfferAsync(frame, ct);
            }
            catch (Exception e) when ((e is OperationCanceledException && ct.IsCancellationRequested) || e is System.Threading.Channels.ChannelClosedException)
            {
                // A stop, or a worker failed and closed the queue; its own task says why.
                if (captured)
                {
                    counters.FrameDropped();
                    frame.Span?.Dispose();
                }

                return;
            }
        }
    }

    // The span goes along with the frame, not with the thread that captured it.
    private static Activity? Begin(FrameId id)
    {
        var span = BackboneCounters.Spans.StartActivity("frame", ActivityKind.Producer);
        if (span is not null)
        {
            span.SetTag("mtlsplit.frame", id.ToString());
            Activity.Current = null;
        }

        return span;
    }
}
