namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>What a compaction did.</summary>
/// <param name="SegmentsTaken">Segments of the log, and imports, that became Parquet.</param>
/// <param name="FilesBefore">Parquet files before.</param>
/// <param name="Files">Parquet files now.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="RowsGivenUp">Rows that went by age or bytes.</param>
/// <param name="FilesDamaged">Files set aside because they are not what was written.</param>
public sealed record CompactionReport(int SegmentsTaken, int FilesBefore, int Files, long Bytes, long RowsGivenUp, long FilesDamaged);
