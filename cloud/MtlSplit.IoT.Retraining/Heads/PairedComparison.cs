namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>
/// Two heads on the same frames. The interval of the difference treats the frames of one vehicle and second as one
/// observation (cluster-robust variance), because they share light and scene, and vehicles as strata: which seconds were seen is chance,
/// which vehicles there are is not. Otherwise a head that helps one vehicle much and the others not at all would look uncertain. Shares and differences are weighted by what
/// each frame stands for; <see cref="Gained"/> and <see cref="Lost"/> are counts.
/// </summary>
/// <param name="Samples">Frames compared.</param>
/// <param name="Current">Accuracy of the head in use.</param>
/// <param name="Challenger">Accuracy of the new head.</param>
/// <param name="Difference">Challenger minus current, frame by frame.</param>
/// <param name="Gained">Frames that only the new head has right.</param>
/// <param name="Lost">Frames that only the head in use has right.</param>
internal sealed record PairedComparison(int Samples, Interval Current, Interval Challenger, Interval Difference, int Gained, int Lost)
{
    private const double Z = 1.959963984540054;

    /// <summary>Compares answers frame by frame.</summary>
    public static PairedComparison Of(IReadOnlyList<SnapshotSample> samples, ReadOnlySpan<int> current, ReadOnlySpan<int> challenger)
    {
        var n = samples.Count;
        if (current.Length != n || challenger.Length != n)
        {
            throw new ArgumentException("Both heads must have answered every sample.", nameof(samples));
        }

        var (gained, lost) = (0, 0);
        var (currentRight, challengerRight) = (0.0, 0.0);
        var differences = new double[n];
        var weights = WeightsOf(samples, out var effective);
        for (var i = 0; i < n; i++)
        {
            var (old, young) = (current[i] == samples[i].Class, challenger[i] == samples[i].Class);
            currentRight += old ? weights[i] : 0;
            challengerRight += young ? weights[i] : 0;
            gained += young && !old ? 1 : 0;
            lost += old && !young ? 1 : 0;
            differences[i] = (young ? 1 : 0) - (old ? 1 : 0);
        }

        return new PairedComparison(n, Wilson(currentRight / n, effective), Wilson(challengerRight / n, effective), Clustered(samples, weights, differences), gained, lost);
    }

    /// <summary>Weights of mean 1, and how many frames of equal weight would tell as much.</summary>
    private static double[] WeightsOf(IReadOnlyList<SnapshotSample> samples, out double effective)
    {
        var (sum, squares) = (samples.Sum(s => s.Weight), samples.Sum(s => s.Weight * s.Weight));
        effective = squares > 0 ? sum * sum / squares : 0;
        return [.. samples.Select(s => s.Weight * samples.Count / sum)];
    }

    /// <summary>Wilson's interval of a share: also sensible at 0, 1 and few samples.</summary>
    private static Interval Wilson(double p, double n)
    {
        if (n == 0)
        {
            return new Interval(0, 0, 1);
        }

        var centre = (p + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z / (1 + (Z * Z / n)) * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        return new Interval(p, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    private static Interval Clustered(IReadOnlyList<SnapshotSample> samples, double[] weights, double[] differences)
    {
        if (differences.Length == 0)
        {
            return new Interval(0, -1, 1);
        }

        var mean = differences.Zip(weights, (d, w) => d * w).Average();
        var sum = Enumerable.Range(0, differences.Length)
            .GroupBy(i => samples[i].Vehicle, StringComparer.Ordinal)
            .Sum(vehicle => SquaredDeviations(samples, weights, differences, [.. vehicle], mean));
        var half = Z * Math.Sqrt(sum) / differences.Length;
        return new Interval(mean, mean - half, mean + half);
    }

    /// <summary>What one vehicle adds to the variance of the sum of all differences.</summary>
    private static double SquaredDeviations(IReadOnlyList<SnapshotSample> samples, double[] weights, double[] differences, int[] vehicle, double mean)
    {
        var clusters = vehicle.GroupBy(i => TimeBlocks.Of(samples[i].CapturedAt)).ToList();
        // One second alone says nothing about how seconds differ; then the deviation from all vehicles has to do.
        var expected = clusters.Count > 1 ? vehicle.Sum(i => weights[i] * differences[i]) / vehicle.Sum(i => weights[i]) : mean;
        // With g clusters the plain estimate is too small by (g - 1) / g.
        var correction = clusters.Count > 1 ? (double)clusters.Count / (clusters.Count - 1) : 1;
        return correction * clusters.Sum(cluster => Math.Pow(cluster.Sum(i => weights[i] * (differences[i] - expected)), 2));
    }
}
