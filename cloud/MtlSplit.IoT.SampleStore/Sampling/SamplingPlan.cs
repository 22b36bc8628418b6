namespace MtlSplit.IoT.SampleStore.Sampling;

/// <summary>Which frames a store keeps. It is part of the store, so that every writer and reader of it decides alike.</summary>
public sealed record SamplingPlan
{
    /// <summary>The largest <see cref="UniformRate"/>: half is left to learn from.</summary>
    public const double MaxUniformRate = 0.5;

    /// <summary>The share of all frames that goes into the uniform stream, 0 to <see cref="MaxUniformRate"/>.</summary>
    public double UniformRate { get; init; } = 0.05;

    /// <summary>Frames a second of one vehicle that the need stream keeps on average; null keeps all.</summary>
    public double? NeedPerSecond { get; init; }

    /// <summary>
    /// The key of the hash that draws. Whoever knows it and chooses frame ids can choose streams; a fleet that does not trust its vehicles with that sets one of its own.
    /// </summary>
    public string Key { get; init; } = "mtlsplit.sampling/1";
}
