using MtlSplit.IoT.Registry.Collecting;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>The outcome of <c>registry gc --json</c>.</summary>
/// <param name="Applied">Whether it was taken; otherwise it would be.</param>
/// <param name="Bytes">Bytes that are freed.</param>
/// <param name="Taken">What goes.</param>
/// <param name="Kept">What stays, and why.</param>
internal sealed record CollectionRow(bool Applied, long Bytes, IReadOnlyList<CollectionItem> Taken, IReadOnlyList<CollectionItem> Kept);
