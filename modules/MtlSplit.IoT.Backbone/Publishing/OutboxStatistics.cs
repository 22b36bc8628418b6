namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>What waits in an outbox.</summary>
/// <param name="Features">Features that the broker has not taken, those in flight included.</param>
/// <param name="Bytes">What they take, of memory or of the disk.</param>
/// <param name="OldestAt">When the oldest of them was captured, to within a second or so of features; Unix microseconds, 0 for none.</param>
internal readonly record struct OutboxStatistics(long Features, long Bytes, long OldestAt);
