namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>What adding a feature to a store did.</summary>
/// <param name="Fault">Why it is not in the store, as counted; null where it is.</param>
/// <param name="Dropped">Features that were dropped for it, the oldest.</param>
/// <param name="DroppedThrough">The highest place of those; nothing up to it is in the store any more.</param>
internal readonly record struct StoreResult(string? Fault, long Dropped, ulong DroppedThrough);
