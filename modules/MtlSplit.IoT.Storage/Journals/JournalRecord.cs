namespace MtlSplit.IoT.Storage.Journals;

/// <summary>A record as it was appended.</summary>
/// <param name="Sequence">Its number: from 1, rising, never used twice in a journal.</param>
/// <param name="Kind">What the writer gave, not 0.</param>
/// <param name="Payload">The content, in the reader's buffer: until its next call.</param>
public readonly record struct JournalRecord(ulong Sequence, byte Kind, ReadOnlyMemory<byte> Payload);
