namespace MtlSplit.IoT.Storage.Journals;

/// <summary>Where a journal stands.</summary>
/// <param name="Records">Records that nobody has acknowledged.</param>
/// <param name="Oldest">The number of the oldest of them; 0 where there is none.</param>
/// <param name="Bytes">Bytes on disk, as <see cref="JournalOptions.MaxBytes"/> counts them.</param>
/// <param name="Segments">Files.</param>
/// <param name="Dropped">Records dropped since it was opened because it was full.</param>
/// <param name="Lost">Records lost to damage, as far as is known: those of the recovery and those found since.</param>
/// <param name="Syncs">Syncs since it was opened.</param>
/// <param name="Failures">Operations of the disk that failed since it was opened, a full disk included.</param>
public readonly record struct JournalStatistics(long Records, ulong Oldest, long Bytes, int Segments, long Dropped, long Lost, long Syncs, long Failures);
