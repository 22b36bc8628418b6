namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>As many frames as can be under way at once, made at the start. Thread-safe.</summary>
internal sealed class FramePool
{
    private readonly Stack<CapturedFrame> _free;

    /// <param name="count">How many: those waiting, one per worker, and one being captured.</param>
    /// <param name="length">Bytes of one frame.</param>
    public FramePool(int count, int length)
    {
        _free = new Stack<CapturedFrame>(count);
        for (var i = 0; i < count; i++)
        {
            _free.Push(new CapturedFrame(length));
        }
    }

    public CapturedFrame Rent()
    {
        lock (_free)
        {
            return _free.Pop();
        }
    }

    public void Return(CapturedFrame frame)
    {
        frame.Span = null;
        lock (_free)
        {
            _free.Push(frame);
        }
    }
}
