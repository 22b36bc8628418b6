namespace MtlSplit.IoT.Drift.Testing;

/// <summary>
/// The cheap test: are a head's probabilities distributed as before, class by class? Kolmogorov-Smirnov on one frame of each block, since frames of a block are not independent; Bonferroni over the
/// classes. What it finds is suspicion; <see cref="FeatureKernelTest"/> confirms or clears it.
/// </summary>
public static class HeadOutputTest
{
    /// <summary>Compares two windows of the same head's answers.</summary>
    /// <param name="reference">The world as it was.</param>
    /// <param name="current">The world now.</param>
    public static HeadOutputResult Compare(HeadOutputSample reference, HeadOutputSample current)
    {
        var results = reference.Classes.Zip(current.Classes, KolmogorovSmirnov.CompareSorted).ToArray();
        return new HeadOutputResult(results, Math.Min(1, results.Min(r => r.PValue) * results.Length), reference.Blocks, current.Blocks);
    }
}
