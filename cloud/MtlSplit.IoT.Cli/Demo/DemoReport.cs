namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The outcome of a demonstration: what <c>--report</c> writes. Accuracies are fractions.</summary>
internal sealed record DemoReport
{
    /// <summary>Whether the loop held: nothing lost, no process died, the fallen heads retrained and swapped, every vehicle moved, the damaged bundle refused.</summary>
    public required bool Passed { get; init; }

    /// <summary>Why not.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>The broker it ran over.</summary>
    public required string Broker { get; init; }

    /// <summary>Seconds from the start of this process to the first prediction.</summary>
    public required double FirstPredictionSeconds { get; init; }

    /// <summary>Seconds from start to summary.</summary>
    public required double Seconds { get; init; }

    /// <summary>Frames captured.</summary>
    public required long Frames { get; init; }

    /// <summary>Frames dropped on vehicles because a newer one was waiting.</summary>
    public required long FramesDropped { get; init; }

    /// <summary>Features that the broker acknowledged.</summary>
    public required long FeaturesPublished { get; init; }

    /// <summary>Frames with a prediction, per task.</summary>
    public required IReadOnlyDictionary<string, long> Predictions { get; init; }

    /// <summary>Acknowledged features without a prediction, summed over tasks.</summary>
    public required long Lost { get; init; }

    /// <summary>Second answers to a frame after de-duplication by key.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Predictions that arrived again and were dropped by key.</summary>
    public required long Redelivered { get; init; }

    /// <summary>Per task, on the vehicle whose light changed.</summary>
    public required IReadOnlyDictionary<string, DemoAccuracy> Accuracy { get; init; }

    /// <summary>Frame to prediction, all tasks.</summary>
    public required DemoLatency LatencyMs { get; init; }

    /// <summary>Encoded payload of a feature, on average.</summary>
    public required double BytesPerFeature { get; init; }

    /// <summary>Bytes of a raw frame.</summary>
    public required int BytesPerRawFrame { get; init; }

    /// <summary>What retraining did, per task.</summary>
    public required IReadOnlyDictionary<string, DemoRetraining> Retraining { get; init; }

    /// <summary>The new backbone; null: none was trained.</summary>
    public DemoBackbone? Backbone { get; init; }

    /// <summary>Who moved to the new backbone, in the order in which the vehicles did.</summary>
    public IReadOnlyList<DemoMove> Rollout { get; init; } = [];

    /// <summary>Who refused what.</summary>
    public IReadOnlyList<DemoRefusal> Refused { get; init; } = [];
}
