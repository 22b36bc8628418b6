namespace MtlSplit.IoT.Drift.Observing;

/// <summary>
/// How long frames of one vehicle resemble each other, from the frames themselves: the integrated autocorrelation time of a class's probability, the median over vehicles, of the class where it is
/// longest. Blocks of two such times are as good as independent. Sokal's window: the sum of correlations ends where it is a fifth of the lag, before it adds up noise.
/// </summary>
public static class BlockLength
{
    private const double Window = 5;
    private const int LeastFrames = 8;
    private const double TimesPerBlock = 2;

    /// <summary>Chooses a length.</summary>
    /// <param name="observations">A stretch of time without drift; in any order.</param>
    /// <param name="shortest">No block is shorter.</param>
    /// <param name="longest">No block is longer, though frames resemble each other longer; tests are then too sure, which <see cref="BlockLengthChoice.Capped"/> says.</param>
    public static BlockLengthChoice Choose(IEnumerable<Observation> observations, TimeSpan shortest, TimeSpan longest)
    {
        List<double[]> times = [];
        foreach (var vehicle in observations.GroupBy(o => o.Vehicle, StringComparer.Ordinal))
        {
            var series = vehicle.OrderBy(o => o.CapturedAt).ToList();
            if (series.Count >= LeastFrames)
            {
                var step = (series[^1].CapturedAt - series[0].CapturedAt) / 1e6 / (series.Count - 1);
                times.Add([.. Enumerable.Range(0, series[0].Probabilities.Length).Select(value => IntegratedTime([.. series.Select(o => (double)o.Probabilities[value])]) * step)]);
            }
        }

        // One vehicle's time for one class is a noisy figure, and the greatest of many would be noise.
        var longestSeconds = times.Count == 0 ? 0 : Enumerable.Range(0, times[0].Length).Max(value => times.Select(t => t[value]).Order().ElementAt(times.Count / 2));
        var wanted = TimeSpan.FromSeconds(Math.Min(longestSeconds * TimesPerBlock, TimeSpan.MaxValue.TotalSeconds / 2));
        return new BlockLengthChoice(wanted < shortest ? shortest : wanted > longest ? longest : wanted, TimeSpan.FromSeconds(longestSeconds), wanted > longest);
    }

    /// <summary>The integrated autocorrelation time in steps: 1 for independent values.</summary>
    internal static double IntegratedTime(double[] values)
    {
        var mean = values.Average();
        var variance = values.Sum(v => (v - mean) * (v - mean)) / values.Length;
        if (variance <= 1e-18)
        {
            return 1;
        }

        double time = 1;
        for (var lag = 1; lag < values.Length / 2 && lag < Window * time; lag++)
        {
            double sum = 0;
            for (var i = lag; i < values.Length; i++)
            {
                sum += (values[i] - mean) * (values[i - lag] - mean);
            }

            time += 2 * sum / values.Length / variance;
        }

        return Math.Max(1, time);
    }
}
