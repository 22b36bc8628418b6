using System.Threading.Channels;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>
/// Brings the work of several workers back into the order in which they took it. A worker that is ahead waits for those
/// before it, which lasts at most as long as one frame takes. Thread-safe.
/// </summary>
/// <param name="backbone">What frames go through.</param>
internal sealed class CaptureOrder(LiveBackbone backbone)
{
    private readonly Lock _taking = new();
    private readonly object _leaving = new();
    private long _taken;
    private long _next;
    private bool _broken;

    /// <summary>
    /// Takes the next frame, its place in the order and the backbone of the moment, all or nothing: of the frames in order, each goes through
    /// the same backbone as the one before, or through a newer one.
    /// </summary>
    public bool TryTake(ChannelReader<CapturedFrame> frames, out FrameTurn turn)
    {
        lock (_taking)
        {
            if (!frames.TryRead(out var frame))
            {
                turn = default;
                return false;
            }

            turn = new FrameTurn(frame, _taken++, backbone.Acquire());
            return true;
        }
    }

    /// <summary>Hands a feature on when its turn has come. Returns false when a worker before it failed, so that it never comes.</summary>
    public bool Leave(long place, IFeatureSink sink, in ExtractedFeature feature)
    {
        lock (_leaving)
        {
            while (_next != place && !_broken)
            {
                Monitor.Wait(_leaving);
            }

            if (_broken)
            {
                return false;
            }

            sink.Accept(feature);
            _next++;
            Monitor.PulseAll(_leaving);
            return true;
        }
    }

    /// <summary>A worker failed: whoever waits is let go.</summary>
    public void Break()
    {
        lock (_leaving)
        {
            _broken = true;
            Monitor.PulseAll(_leaving);
        }
    }
}
