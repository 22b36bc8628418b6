namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>What a store holds.</summary>
/// <param name="Contracts">Per fleet and contract.</param>
/// <param name="Streams">Per fleet, contract and stream.</param>
/// <param name="Tasks">Per fleet and task.</param>
/// <param name="Files">Partition files.</param>
/// <param name="FileBytes">Their bytes.</param>
/// <param name="LogSegments">Segments of the log that are not in partitions yet.</param>
/// <param name="LogBytes">Their bytes.</param>
/// <param name="RowsEvicted">Rows ever given up to stay below the disk bound.</param>
/// <param name="RowsExpired">Rows ever given up because they were too old.</param>
/// <param name="FilesDamaged">Files that are not what was written, and are left out.</param>
/// <param name="RowsDamaged">Rows that they held.</param>
/// <param name="RowsNotSampled">Features ever not kept because others were worth more.</param>
/// <param name="RepeatsDropped">Messages that came again after they were stored.</param>
/// <param name="BytesSkipped">Bytes of the log that belonged to no whole record.</param>
public sealed record SampleStatistics(
    IReadOnlyList<ContractSummary> Contracts,
    IReadOnlyList<StreamSummary> Streams,
    IReadOnlyList<TaskSummary> Tasks,
    int Files,
    long FileBytes,
    int LogSegments,
    long LogBytes,
    long RowsEvicted,
    long RowsExpired,
    long FilesDamaged,
    long RowsDamaged,
    long RowsNotSampled,
    long RepeatsDropped,
    long BytesSkipped);
