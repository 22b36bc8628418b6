using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>One frame of a contract with what is known about it for one task.</summary>
public sealed record StoredSample
{
    /// <summary>The frame.</summary>
    public required FrameId Frame { get; init; }

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The vehicle.</summary>
    public required string Vehicle { get; init; }

    /// <summary>When the frame was captured, Unix microseconds.</summary>
    public required long CapturedAt { get; init; }

    /// <summary>The feature, float32 in the contract's order. Its own memory.</summary>
    public required float[] Feature { get; init; }

    /// <summary>The truth by name, as the sources of labels say together; null where none came, or where they contradict each other.</summary>
    public string? Label { get; init; }

    /// <summary>Who says so: of several, the first by name; null where there is no label.</summary>
    public string? LabelSource { get; init; }

    /// <summary>The class that a head predicted, by number in that head's order: the newest prediction; null where none came.</summary>
    public int? PredictedClass { get; init; }

    /// <summary>The version of that head.</summary>
    public string? HeadVersion { get; init; }
}
