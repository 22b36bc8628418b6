namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>Bounds of a quarantine.</summary>
public sealed record QuarantineOptions
{
    /// <summary>Bytes on disk; 1 GiB by default.</summary>
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Bytes from which on a new segment is begun, which is also what is deleted at once; 16 MiB by default.</summary>
    public long SegmentBytes { get; set; } = 16L << 20;

    /// <summary>What gives way at <see cref="MaxBytes"/>; the oldest segment by default.</summary>
    public QuarantineFullPolicy WhenFull { get; set; } = QuarantineFullPolicy.DropOldestSegment;
}
