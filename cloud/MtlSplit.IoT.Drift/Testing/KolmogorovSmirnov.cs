namespace MtlSplit.IoT.Drift.Testing;

/// <summary>The two-sample Kolmogorov-Smirnov test. Ties make it say "different" more rarely, never more often.</summary>
public static class KolmogorovSmirnov
{
    /// <summary>Compares two samples.</summary>
    /// <param name="first">One sample; not empty, without values that are no numbers.</param>
    /// <param name="second">The other.</param>
    /// <exception cref="ArgumentException">One is empty, or holds a value that is no number.</exception>
    public static KolmogorovSmirnovResult Compare(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            throw new ArgumentException("Both samples must hold values.");
        }

        return CompareSorted(Sorted(first), Sorted(second));
    }

    /// <summary>Sorts a sample for <see cref="CompareSorted"/>.</summary>
    /// <exception cref="ArgumentException">It holds a value that is no number.</exception>
    internal static float[] Sorted(ReadOnlySpan<float> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        // NaN comes first.
        return sorted is [float.NaN, ..] ? throw new ArgumentException("A sample holds a value that is no number.") : sorted;
    }

    /// <summary>Compares two samples that are sorted, not empty and of numbers.</summary>
    internal static KolmogorovSmirnovResult CompareSorted(float[] a, float[] b)
    {
        int i = 0, j = 0;
        double distance = 0;
        while (i < a.Length && j < b.Length)
        {
            var value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == value)
            {
                i++;
            }

            while (j < b.Length && b[j] == value)
            {
                j++;
            }

            distance = Math.Max(distance, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        var effective = Math.Sqrt((double)a.Length * b.Length / (a.Length + b.Length));
        return new KolmogorovSmirnovResult(distance, Tail((effective + 0.12 + (0.11 / effective)) * distance));
    }

    // Kolmogorov's distribution: 2 sum (-1)^(k-1) exp(-2 k^2 x^2), and below 0.3 it is 1 to nine digits.
    private static double Tail(double x)
    {
        if (x < 0.3)
        {
            return 1;
        }

        double sum = 0;
        for (var k = 1; k <= 100; k++)
        {
            var term = Math.Exp(-2 * k * k * x * x);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-16)
            {
                break;
            }
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}
