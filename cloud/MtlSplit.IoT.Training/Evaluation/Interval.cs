namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>A measured figure with its 95 % interval.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
public readonly record struct Interval(double Value, double Low, double High)
{
    private const double Z = 1.959963984540054;

    /// <summary>A share with Wilson's score interval, which holds its promise near 0 and 1 too.</summary>
    /// <param name="successes">How many were right.</param>
    /// <param name="count">Out of how many; at least one.</param>
    public static Interval OfShare(long successes, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, count);
        var share = (double)successes / count;
        var square = Z * Z / count;
        var middle = (share + (square / 2)) / (1 + square);
        var half = Z * Math.Sqrt((share * (1 - share) / count) + (square / (4 * count))) / (1 + square);
        return new Interval(share, Math.Max(0, Math.Min(share, middle - half)), Math.Min(1, Math.Max(share, middle + half)));
    }
}
