namespace MtlSplit.IoT.Retraining.DriftSimulation;

/// <summary>Counts of what happens rarely.</summary>
internal static class Poisson
{
    /// <summary>The exact 95 % interval (Garwood) of the expectation behind a count.</summary>
    public static (double Low, double High) Interval(int count) =>
        (count == 0 ? 0 : Solve(mean => 1 - Cumulative(count - 1, mean), 0.025, count + 1), Solve(mean => 1 - Cumulative(count, mean), 0.975, (2 * count) + 20));

    /// <summary>The probability of at most so many.</summary>
    internal static double Cumulative(int count, double mean)
    {
        double sum = 0, log = -mean;
        for (var k = 0; k <= count; k++)
        {
            log += k == 0 ? 0 : Math.Log(mean / k);
            sum += Math.Exp(log);
        }

        return Math.Min(1, sum);
    }

    // The function grows with the mean.
    private static double Solve(Func<double, double> probability, double wanted, double most)
    {
        double low = 0, high = most;
        for (var step = 0; step < 100; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = probability(middle) < wanted ? (middle, high) : (low, middle);
        }

        return high;
    }
}
