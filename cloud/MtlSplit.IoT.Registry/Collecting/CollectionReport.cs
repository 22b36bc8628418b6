namespace MtlSplit.IoT.Registry.Collecting;

/// <summary>What garbage collection takes, and what it keeps and why.</summary>
/// <param name="Applied">Whether it was taken; otherwise it would be.</param>
/// <param name="Taken">What goes.</param>
/// <param name="Kept">What stays. Documents of runs and their reports always do: a refusal can be asked for for good.</param>
public sealed record CollectionReport(bool Applied, IReadOnlyList<CollectionItem> Taken, IReadOnlyList<CollectionItem> Kept)
{
    /// <summary>Bytes that are freed.</summary>
    public long Bytes => Taken.Sum(item => item.Bytes);
}
