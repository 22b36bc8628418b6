namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>One look at a fleet.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="At">The end of the current windows, Unix microseconds.</param>
/// <param name="Streams">What was looked at.</param>
/// <param name="Notes">What could not be, and why.</param>
internal sealed record WatchReport(string Fleet, long At, IReadOnlyList<WatchedStream> Streams, IReadOnlyList<string> Notes);

/// <summary>One contract, task and group.</summary>
internal sealed record WatchedStream
{
    public required string Contract { get; init; }

    public required string Task { get; init; }

    public required string Group { get; init; }

    public required string Head { get; init; }

    /// <summary><c>undetermined</c>, <c>calm</c>, <c>suspicious</c> or <c>drift</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary><c>raised</c>, <c>recovered</c> or <c>none</c>.</summary>
    public required string Change { get; init; }

    /// <summary>The alarm that is on; null: none.</summary>
    public string? Alarm { get; init; }

    public required string Reason { get; init; }

    public required WatchedWindow Reference { get; init; }

    public required WatchedWindow Current { get; init; }

    /// <summary>How long a block is.</summary>
    public double BlockSeconds { get; init; }

    /// <summary>The confirming test's level.</summary>
    public double Level { get; init; }

    /// <summary>Each class's probability compared; empty where there was too little.</summary>
    public IReadOnlyList<WatchedClass> Classes { get; init; } = [];

    /// <summary>The features compared; null where that was not needed.</summary>
    public WatchedFeatures? Features { get; init; }

    /// <summary>Accuracy as estimated without labels; null where the reference has no labels to learn that from.</summary>
    public double? EstimatedAccuracy { get; init; }

    /// <summary>Accuracy on the labelled frames of the current window; null: there are none.</summary>
    public double? MeasuredAccuracy { get; init; }

    /// <summary>How many those are.</summary>
    public int Labelled { get; init; }
}

/// <summary>A stretch of time.</summary>
internal sealed record WatchedWindow(long From, long Until, int Frames, int Blocks);

/// <summary>A class's probability, now beside before.</summary>
internal sealed record WatchedClass(string Class, double Distance, double PValue);

/// <summary>The features, now beside before.</summary>
internal sealed record WatchedFeatures(double Discrepancy, double PValue, int Permutations, IReadOnlyList<WatchedFrame> Examples);

/// <summary>A frame that is least like before.</summary>
internal sealed record WatchedFrame(string Frame, string Vehicle, long CapturedAt);
