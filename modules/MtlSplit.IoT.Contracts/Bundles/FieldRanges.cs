namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>
/// What the answers of a task look like in the field while the bundle works, over <see cref="LeastScored"/> features or more. A new bundle
/// whose answers are outside is taken back.
/// </summary>
public sealed record FieldRanges
{
    /// <summary>Fewer scored features prove nothing; the ranges are made for so many.</summary>
    public const int LeastScored = 200;

    /// <summary>The mean probability of the most probable class.</summary>
    public required FieldRange TopProbability { get; init; }

    /// <summary>The share of features for which a class is the most probable one; in the order of the task's classes.</summary>
    public required FieldRange[] ClassShares { get; init; }
}
