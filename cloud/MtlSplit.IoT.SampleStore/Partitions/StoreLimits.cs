namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>How much disk a sample store may take, and when its log becomes Parquet.</summary>
public sealed record StoreLimits
{
    /// <summary>
    /// Bytes that the store may take. Above it, whole partition files go, the oldest day first; the rows are counted.
    /// </summary>
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>Bytes that the partition files of one fleet may take; above it, the fleet's oldest day goes first. Null: no bound of its own.</summary>
    public long? MaxFleetBytes { get; init; }

    /// <summary>How long a day is kept after it ended: of capture, for labels of labelling. Null: until bytes are short.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Bytes of log at which the recorder stops acknowledging until the log has become Parquet.</summary>
    public long MaxLogBytes { get; init; } = 1L << 30;

    /// <summary>Bytes at which a segment of the log is sealed.</summary>
    public long SegmentBytes { get; init; } = 32L << 20;

    /// <summary>How often the log becomes Parquet.</summary>
    public TimeSpan CompactEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>So many small files of one partition become one; of a day that is over two do.</summary>
    public int MergeFiles { get; init; } = 8;

    /// <summary>A file below this many bytes is small.</summary>
    public long SmallFileBytes { get; init; } = 32L << 20;

    /// <summary>Partitions of days that are over in which small files are merged, each time that the log becomes Parquet.</summary>
    public int MergePartitions { get; init; } = 4;

    /// <summary>How long a file that was merged or evicted stays for readers that started before.</summary>
    public TimeSpan RetiredGrace { get; init; } = TimeSpan.FromMinutes(10);
}
