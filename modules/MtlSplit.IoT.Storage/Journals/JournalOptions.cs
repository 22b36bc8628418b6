namespace MtlSplit.IoT.Storage.Journals;

/// <summary>How much a journal holds and what a power cut may cost.</summary>
public sealed record JournalOptions
{
    /// <summary>The least that <see cref="MaxBytes"/> may be.</summary>
    public const long LeastMaxBytes = 1 << 20;

    /// <summary>Bytes on disk at most, in whole blocks of 4 KiB. A record that needs more room drops the oldest segment. 64 MiB by default.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>
    /// The longest that a record which nobody has acknowledged waits for its sync: what a power cut may cost, plus the time that a sync takes.
    /// One second by default. What is acknowledged before is never synced: a journal that is emptied as fast as it is filled costs no flash.
    /// </summary>
    public TimeSpan SyncWindow { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that an acknowledgement waits for its sync: whose records a power cut may bring back. 10 seconds by default.</summary>
    public TimeSpan AcknowledgementWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A record's longest payload: a quarter of the journal, and never over 16 MiB.</summary>
    public int MaxPayloadBytes => (int)Math.Min(MaxBytes / 4, JournalFormat.MaxPayload) - JournalFormat.RecordHeader - JournalFormat.SegmentHeader;

    /// <summary>A segment is full at so many bytes: a sixteenth of the journal, between 64 KiB and 4 MiB. The oldest records are dropped by the segment.</summary>
    public int SegmentBytes => (int)Math.Clamp(MaxBytes / 16, 64 << 10, 4 << 20);

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, LeastMaxBytes, nameof(MaxBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(SyncWindow, TimeSpan.FromMilliseconds(4), nameof(SyncWindow));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SyncWindow, TimeSpan.FromHours(1), nameof(SyncWindow));
        ArgumentOutOfRangeException.ThrowIfLessThan(AcknowledgementWindow, TimeSpan.Zero, nameof(AcknowledgementWindow));
    }
}
