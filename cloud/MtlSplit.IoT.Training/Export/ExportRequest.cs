using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Export;

/// <summary>What a bundle is made from.</summary>
public sealed record ExportRequest
{
    /// <summary>The trained networks.</summary>
    public required TrainedModel Model { get; init; }

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The release counter.</summary>
    public required long ReleaseCounter { get; init; }

    /// <summary>Images that training saw: their features set the 8-bit range.</summary>
    public required ImageSet Calibration { get; init; }

    /// <summary>Images that training did not see: the figures and the check against the training engine come from them.</summary>
    public required ImageSet Test { get; init; }

    /// <summary>Where the model comes from.</summary>
    public required BundleLineage Lineage { get; init; }

    /// <summary>How training went, for the card: lines of Markdown.</summary>
    public IReadOnlyList<string> TrainingNotes { get; init; } = [];

    /// <summary>Threads to compute with.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
