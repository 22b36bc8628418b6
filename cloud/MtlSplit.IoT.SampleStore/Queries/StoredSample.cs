using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.SampleStore.Sampling;

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

    /// <summary>The stream that it was kept in.</summary>
    public StreamKind Stream { get; init; }

    /// <summary>
    /// The probability with which a frame like this one comes into its stream. One over it is what the frame stands for, itself included: either stream alone stands
    /// for all frames.
    /// </summary>
    public double InclusionProbability { get; init; } = 1;

    /// <summary>
    /// Whether nothing may learn from it: it was drawn by chance from all frames. Where everything was kept (probability 1), as before there were streams, nothing is kept apart.
    /// </summary>
    public bool IsKeptApart => Stream == StreamKind.Uniform && InclusionProbability < 1;
}
