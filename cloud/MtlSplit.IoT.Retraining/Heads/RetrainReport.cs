namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>What a retraining did, found and decided: the document behind a new head, or behind a refusal.</summary>
internal sealed record RetrainReport
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The contract, 64 hex digits.</summary>
    public required string Contract { get; init; }

    /// <summary>The fleet whose samples were taken.</summary>
    public required string Fleet { get; init; }

    /// <summary>When it ended, Unix microseconds.</summary>
    public required long At { get; init; }

    /// <summary>The snapshot's digest.</summary>
    public required string Snapshot { get; init; }

    /// <summary>Samples to learn from.</summary>
    public required int TrainingSamples { get; init; }

    /// <summary>Samples to compare on.</summary>
    public required int HeldOutSamples { get; init; }

    /// <summary>Samples per class name.</summary>
    public required IReadOnlyDictionary<string, int> SamplesPerClass { get; init; }

    /// <summary>Labels with a class that the head does not have; left out.</summary>
    public required IReadOnlyDictionary<string, int> UnknownClasses { get; init; }

    /// <summary>Features that could not be decoded; left out.</summary>
    public required int Undecodable { get; init; }

    /// <summary>Frames whose labels contradict each other; left out of training and comparison.</summary>
    public required int Contradicted { get; init; }

    /// <summary>Frames of the uniform stream that were neither learned from nor compared on.</summary>
    public required int KeptApart { get; init; }

    /// <summary>The version of the head in use.</summary>
    public required string Current { get; init; }

    /// <summary>Both heads on all held-out samples; null where it did not come to that.</summary>
    public PairedComparison? Comparison { get; init; }

    /// <summary>Both heads on each vehicle's held-out samples.</summary>
    public IReadOnlyDictionary<string, PairedComparison> Vehicles { get; init; } = new Dictionary<string, PairedComparison>();

    /// <summary>The gate's decision.</summary>
    public required GateDecision Decision { get; init; }

    /// <summary>Its reason, with the numbers.</summary>
    public required string Reason { get; init; }

    /// <summary>The run in the registry; null in a dry run.</summary>
    public string? Run { get; init; }

    /// <summary>The version of the new head in the registry, accepted or not; null where it did not come to that.</summary>
    public string? Registered { get; init; }

    /// <summary>The version published; null where none was.</summary>
    public string? Published { get; init; }

    /// <summary>Whether publishing was left out on request.</summary>
    public bool DryRun { get; init; }

    /// <summary>Epochs run.</summary>
    public int Epochs { get; init; }

    /// <summary>Seconds of each step.</summary>
    public required IReadOnlyDictionary<string, double> Seconds { get; init; }
}
