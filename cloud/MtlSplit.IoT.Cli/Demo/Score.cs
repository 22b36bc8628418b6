namespace MtlSplit.IoT.Cli.Demo;

/// <summary>How many answers were right.</summary>
internal readonly record struct Score(long Right, long Count)
{
    /// <summary>The share that was right; null where there was none.</summary>
    public double? Accuracy => Count == 0 ? null : (double)Right / Count;

    public Score Add(bool right) => new(Right + (right ? 1 : 0), Count + 1);
}
