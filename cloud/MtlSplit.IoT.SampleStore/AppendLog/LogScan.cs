namespace MtlSplit.IoT.SampleStore.AppendLog;

/// <summary>What reading a segment gave.</summary>
/// <param name="Records">Whole records.</param>
/// <param name="SkippedBytes">Bytes that belong to no whole record: a torn tail or damage.</param>
internal readonly record struct LogScan(long Records, long SkippedBytes);
