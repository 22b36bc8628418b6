using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Training.Export;

/// <summary>
/// Chooses the range of an 8-bit quantiser from features seen in training: of several ways to clip the tails, the one with the
/// smallest mean squared error. Pure.
/// </summary>
public static class QuantiserCalibration
{
    // Shares of values that may lie outside, each side.
    private static readonly double[] Tails = [0, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2];

    /// <summary>Chooses the range.</summary>
    /// <param name="values">Feature values; reordered in place.</param>
    /// <exception cref="ArgumentException">There are none, all are equal, or one is not finite.</exception>
    public static Quantiser Choose(Span<float> values)
    {
        values.Sort();
        // NaN sorts first, infinities last.
        if (values.IsEmpty || !float.IsFinite(values[0]) || !float.IsFinite(values[^1]) || values[0] >= values[^1])
        {
            throw new ArgumentException("A range needs two different finite values.", nameof(values));
        }

        Quantiser? best = null;
        var bestError = double.PositiveInfinity;
        foreach (var lower in Tails)
        {
            foreach (var upper in Tails)
            {
                var candidate = new Quantiser(values[(int)(lower * (values.Length - 1))], values[(int)((1 - upper) * (values.Length - 1))]);
                var error = candidate.High > candidate.Low ? Error(values, candidate) : double.PositiveInfinity;
                if (error < bestError)
                {
                    (best, bestError) = (candidate, error);
                }
            }
        }

        return best!;
    }

    /// <summary>Mean squared error of values after quantising.</summary>
    /// <param name="values">The values.</param>
    /// <param name="quantiser">The quantiser.</param>
    public static double Error(ReadOnlySpan<float> values, Quantiser quantiser)
    {
        ArgumentNullException.ThrowIfNull(quantiser);
        var (low, step, sum) = (quantiser.Low, quantiser.Step, 0.0);
        // A sample is enough to tell ranges apart.
        var stride = Math.Max(1, values.Length / 200_000);
        var count = 0;
        for (var i = 0; i < values.Length; i += stride, count++)
        {
            var code = Math.Clamp(Math.Round((values[i] - low) / step), 0, 255);
            var error = values[i] - (low + (code * step));
            sum += error * error;
        }

        return sum / count;
    }
}
