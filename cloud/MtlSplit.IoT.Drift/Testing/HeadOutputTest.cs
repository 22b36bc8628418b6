using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Drift.Testing;

/// <summary>
/// The cheap test: are a head's probabilities distributed as before, class by class? Kolmogorov-Smirnov on one frame of each block, since frames of a block are not independent; Bonferroni over the
/// classes. What it finds is suspicion; <see cref="FeatureKernelTest"/> confirms or clears it.
/// </summary>
public static class HeadOutputTest
{
    /// <summary>Compares two windows.</summary>
    /// <param name="reference">The world as it was.</param>
    /// <param name="current">The world now.</param>
    /// <param name="random">Chooses each block's frame.</param>
    public static HeadOutputResult Compare(IReadOnlyList<ObservationBlock> reference, IReadOnlyList<ObservationBlock> current, Random random)
    {
        var (before, now) = (Thin(reference, random), Thin(current, random));
        var classes = before[0].Probabilities.Length;
        var results = new KolmogorovSmirnovResult[classes];
        for (var c = 0; c < classes; c++)
        {
            results[c] = KolmogorovSmirnov.Compare(Column(before, c), Column(now, c));
        }

        return new HeadOutputResult(results, Math.Min(1, results.Min(r => r.PValue) * classes), before.Length, now.Length);
    }

    private static Observation[] Thin(IReadOnlyList<ObservationBlock> blocks, Random random) => [.. blocks.Select(block => block.Observations[random.Next(block.Observations.Count)])];

    private static float[] Column(Observation[] observations, int @class) => Array.ConvertAll(observations, o => o.Probabilities[@class]);
}
