namespace MtlSplit.IoT.Storage.Journals;

/// <summary>What an append did.</summary>
/// <param name="Outcome">Whether the record is there.</param>
/// <param name="Sequence">Its number, where it is.</param>
/// <param name="Dropped">Records that nobody had acknowledged and that were dropped for it: the journal was full and they were the oldest.</param>
/// <param name="DroppedThrough">The last number that was dropped; everything up to it is gone from disk. 0 where nothing was.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, ulong Sequence, long Dropped, ulong DroppedThrough);
