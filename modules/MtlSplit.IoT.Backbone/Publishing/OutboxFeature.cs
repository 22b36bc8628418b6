using System.Diagnostics;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>A feature that waits to be published, or for the broker's answer.</summary>
internal sealed class OutboxFeature
{
    public required ulong Sequence { get; init; }

    public required FrameId Frame { get; init; }

    /// <summary>The message, ready for the wire.</summary>
    public required byte[] Payload { get; set; }

    /// <summary>Length of the encoded tensor alone, in bytes.</summary>
    public required int EncodedBytes { get; init; }

    /// <summary>The frame's span, if anybody listens.</summary>
    public Activity? Span { get; init; }

    /// <summary>Whether the message says that it comes late.</summary>
    public bool Late { get; private set; }

    /// <summary>Rewrites the message to say that it was replayed.</summary>
    public void MarkLate()
    {
        if (Late || !FeatureMessage.TryRead(Payload, out var message, out _))
        {
            return;
        }

        message = message with { Late = true };
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        (Payload, Late) = (payload, true);
    }
}
