namespace MtlSplit.IoT.Testing.Storage;

/// <summary>What a folder held when tracing began, taken to be on disk for good, and every change since.</summary>
/// <param name="Start">The operations that make what was there, for which no power is cut.</param>
/// <param name="Operations">The changes, in order.</param>
public sealed record StorageTrace(IReadOnlyList<StorageOperation> Start, IReadOnlyList<StorageOperation> Operations);
