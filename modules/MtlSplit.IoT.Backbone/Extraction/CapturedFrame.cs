using System.Diagnostics;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>A frame on its way to a worker; it and its buffer are used again and again. Belongs to a <see cref="FramePool"/>.</summary>
/// <param name="length">Bytes of one frame.</param>
internal sealed class CapturedFrame(int length)
{
    /// <summary>The pixels, fixed in memory.</summary>
    public byte[] Rgb { get; } = GC.AllocateUninitializedArray<byte>(length, pinned: true);

    public FrameId Id { get; set; }

    /// <summary>Unix microseconds.</summary>
    public long CapturedAt { get; set; }

    /// <summary>The frame's span, if anybody listens.</summary>
    public Activity? Span { get; set; }
}
