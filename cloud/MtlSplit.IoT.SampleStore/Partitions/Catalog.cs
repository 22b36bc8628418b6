using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>
/// What the store holds at one moment: the partition files, and the first segment of the log that is not in them yet. Only
/// ever replaced whole, so a row is in the files or in the log, never in both for a reader and never in neither.
/// </summary>
internal sealed record Catalog
{
    public const string CurrentSchema = "mtlsplit.samples/1";

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The first segment whose records are not in the files.</summary>
    public long FirstSegment { get; init; }

    public PartitionFile[] Files { get; init; } = [];

    public RetiredFile[] Retired { get; init; } = [];

    /// <summary>How the log's frames are drawn for streams; null in a store that no recorder has written to: everything in it is kept.</summary>
    public SamplingPlan? Sampling { get; init; }

    /// <summary>Features ever not kept because others were worth more.</summary>
    public long RowsNotSampled { get; init; }

    /// <summary>Rows ever given up to stay below the disk bound.</summary>
    public long RowsEvicted { get; init; }

    /// <summary>Rows ever given up because they were too old.</summary>
    public long RowsExpired { get; init; }

    /// <summary>Files ever set aside because they were not what was written.</summary>
    public long FilesDamaged { get; init; }

    /// <summary>Rows that they held.</summary>
    public long RowsDamaged { get; init; }

    /// <summary>Bytes of the log that belonged to no whole record.</summary>
    public long BytesSkipped { get; init; }

    /// <summary>Messages that had been stored already.</summary>
    public long RepeatsDropped { get; init; }
}
