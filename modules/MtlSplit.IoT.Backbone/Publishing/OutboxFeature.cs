using System.Diagnostics;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>A feature that waits to be published, or for the broker's answer. The outbox's lock guards what changes.</summary>
internal sealed class OutboxFeature
{
    public required PublishedContract Contract { get; init; }

    public required FrameId Frame { get; init; }

    /// <summary>When the frame was captured, Unix microseconds.</summary>
    public required long CapturedAt { get; init; }

    /// <summary>The message, ready for the wire.</summary>
    public required byte[] Payload { get; set; }

    /// <summary>Length of the encoded tensor alone, in bytes.</summary>
    public required int EncodedBytes { get; init; }

    /// <summary>The frame's span, if anybody listens.</summary>
    public Activity? Span { get; init; }

    /// <summary>Whether the message says that it comes late.</summary>
    public bool Late { get; set; }

    /// <summary>Its number among those accepted by this process; 0 for one of the backlog.</summary>
    public ulong Order { get; set; }

    /// <summary>When it was accepted: a time stamp of the clock.</summary>
    public long AcceptedAt { get; set; }

    /// <summary>Its number in the store; 0 while it never was in it.</summary>
    public ulong Place { get; set; }

    /// <summary>Whether the store has it.</summary>
    public bool Stored { get; set; }

    /// <summary>Why the store did not take it; null where it did.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether it was taken and has no outcome yet.</summary>
    public bool InFlight { get; set; }

    /// <summary>Whether the store dropped it while it waited, so that it is not to be sent.</summary>
    public bool Dropped { get; set; }

    /// <summary>Rewrites the message to say that it was replayed.</summary>
    public void MarkLate()
    {
        if (Late || !FeatureMessage.TryRead(Payload, out var message, out _))
        {
            return;
        }

        (Payload, Late) = (Write(message with { Late = true }), true);
    }

    /// <summary>The bytes of a message.</summary>
    public static byte[] Write(in FeatureMessage message)
    {
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        return payload;
    }
}
