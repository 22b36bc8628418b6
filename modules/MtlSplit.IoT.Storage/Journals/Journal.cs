using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Storage.Journals;

/// <summary>
/// Records on disk in the order they were appended, until they are acknowledged, in any order. Bounded in bytes: when full, the oldest segment
/// is dropped. What was appended survives the end of the process at once, and a power cut after <see cref="JournalOptions.SyncWindow"/> at the
/// latest; syncs are few, in the background, and block no append. Damage in its files is skipped and counted, never thrown. One process at a
/// time; all members may be called from any thread.
/// </summary>
public sealed partial class Journal : IDisposable
{
    private const string Acknowledgements = "acknowledged";

    // A process that is killed sends so many again, at most, beside those whose acknowledgement it had not seen.
    private const int AcknowledgementsPerWrite = 64;

    // A journal that is empty begins a new file at this length: what was never synced and is deleted again may never reach the flash.
    private const int EmptyBytes = 256 << 10;

    // Bigger payloads are written from where they are, after their header; copying them would cost more than a second call.
    private const int CopyBelow = 16 << 10;

    private readonly Lock _gate = new();
    private readonly IFileSystem _files;
    private readonly string _folder;
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly List<Segment> _segments = [];
    private readonly SequenceRanges _settled = new();
    private readonly byte[] _scratch = new byte[CopyBelow + JournalFormat.RecordHeader];
    private readonly AcknowledgementFile _acknowledgements;
    private readonly ITimer _timer;
    private Segment? _active;
    private ulong _next = 1;
    private long _bytes;
    private long _records;
    private long _dropped;
    private long _lost;
    private long _failures;
    private int _unwritten;
    private bool _disposed;

    private Journal(IFileSystem files, string folder, JournalOptions options, TimeProvider time, Action<JournalRecord>? visit)
    {
        (_files, _folder, _options, _time) = (files, folder, options, time);
        if (!files.DirectoryExists(folder))
        {
            files.CreateDirectory(folder);
            files.SyncDirectory(Path.GetDirectoryName(folder)!);
        }

        _acknowledgements = AcknowledgementFile.Open(files, Path.Combine(folder, Acknowledgements), _settled, out var damaged);
        try
        {
            Recovery = Recover(damaged, visit);
            files.SyncDirectory(folder);
        }
        catch
        {
            _acknowledgements.Dispose();
            throw;
        }

        _syncedThrough = _next - 1;
        Array.Fill(_checkpoints, _next);
        var tick = options.SyncWindow / (_checkpoints.Length + 1);
        _timer = time.CreateTimer(static self => ((Journal)self!).Tick(), this, tick, tick);
    }

    /// <summary>What opening it found.</summary>
    public JournalRecovery Recovery { get; }

    /// <summary>Why the disk last failed; null if it never did.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>The number that the next record gets.</summary>
    public ulong Next
    {
        get
        {
            lock (_gate)
            {
                return _next;
            }
        }
    }

    /// <summary>Where it stands.</summary>
    public JournalStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new JournalStatistics(_records, _records > 0 ? _settled.Below : 0, _bytes, _segments.Count, _dropped, _lost, _syncs, _failures);
            }
        }
    }

    /// <summary>Opens the journal in a folder, or begins one.</summary>
    /// <param name="files">Where; <see cref="DiskFileSystem.Instance"/>.</param>
    /// <param name="folder">Full path. The journal owns it.</param>
    /// <param name="options">How much it holds.</param>
    /// <param name="time">The clock of the sync window.</param>
    /// <param name="visit">Sees every record that nobody has acknowledged, oldest first, while the journal is opened.</param>
    /// <exception cref="IOException">The folder cannot be made, read or written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of rights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static Journal Open(IFileSystem files, string folder, JournalOptions options, TimeProvider time, Action<JournalRecord>? visit = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Check();
        return new Journal(files, Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), options, time, visit);
    }

    /// <summary>Appends a record. Never throws for the disk's reasons.</summary>
    /// <param name="kind">What the writer likes, not 0.</param>
    /// <param name="payload">The content; may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload is longer than <see cref="JournalOptions.MaxPayloadBytes"/>, or the kind is 0.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public AppendResult Append(byte kind, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfZero(kind);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, _options.MaxPayloadBytes, nameof(payload));
        var size = JournalFormat.RecordHeader + payload.Length;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_active is { } full && full.Length + size > _options.SegmentBytes)
            {
                Seal(full);
            }

            var (dropped, through) = MakeRoom(size);
            try
            {
                var segment = _active ??= Begin();
                Write(segment, kind, payload);
                _bytes += Segment.BlocksOf(segment.Length + size) - segment.Blocks;
                (segment.Last, segment.Length) = (_next, segment.Length + size);
                segment.Unsettled++;
                _records++;
                return new AppendResult(AppendOutcome.Appended, _next++, dropped, through);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Fail(e);
                return new AppendResult(DiskErrors.IsFull(e) ? AppendOutcome.DiskFull : AppendOutcome.Failed, 0, dropped, through);
            }
        }
    }

    /// <summary>A record is done with: it is not read again. Its acknowledgement survives the end of the process after 63 more, or a quarter of the sync window.</summary>
    /// <param name="sequence">Its number. Acknowledging it twice, or after it was dropped, does nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">No record has this number yet.</exception>
    public void Acknowledge(ulong sequence)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, _next);
            if (_disposed || !_settled.Add(sequence))
            {
                return;
            }

            _acknowledgedSince ??= _time.GetTimestamp();
            _unwritten++;
            Settle(sequence);
            if (_unwritten >= AcknowledgementsPerWrite)
            {
                WriteAcknowledgements();
            }
        }
    }

    /// <summary>Whether this record is neither acknowledged nor dropped nor lost.</summary>
    public bool IsOpen(ulong sequence)
    {
        lock (_gate)
        {
            return !_settled.Contains(sequence);
        }
    }

    /// <summary>Begins to read from the oldest record. Reading acknowledges nothing. The reader is for one thread at a time; dispose it before the journal.</summary>
    public JournalReader OpenReader() => new(this);

    /// <summary>Syncs what is left and closes. What was acknowledged does not come again.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if (_active is { Unsettled: 0 } empty)
            {
                Remove(empty);
            }

            _disposed = true;
            WriteAcknowledgements();
        }

        _timer.Dispose();
        Sync();
        SyncAcknowledgements();
        lock (_syncGate)
        {
            // A look that had begun finds nothing left to sync.
            _closed = true;
            _segments.ForEach(static segment => segment.File?.Dispose());
            _acknowledgements.Dispose();
        }
    }

    private Segment Begin()
    {
        var segment = new Segment(Path.Combine(_folder, JournalFormat.FileName(_next)), _next);
        Span<byte> header = stackalloc byte[JournalFormat.SegmentHeader];
        JournalFormat.WriteSegmentHeader(header, _next);
        segment.File = _files.Open(segment.Path, FileOpening.Create);
        try
        {
            segment.File.Write(header, 0);
        }
        catch
        {
            segment.File.Dispose();
            Try(() => _files.DeleteFile(segment.Path));
            throw;
        }

        segment.Length = JournalFormat.SegmentHeader;
        _segments.Add(segment);
        _bytes += segment.Blocks;
        _directoryChanged = true;
        return segment;
    }

    private void Write(Segment segment, byte kind, ReadOnlySpan<byte> payload)
    {
        var header = _scratch.AsSpan(0, JournalFormat.RecordHeader);
        JournalFormat.WriteRecordHeader(header, _next, kind, payload);
        try
        {
            if (payload.Length < CopyBelow)
            {
                payload.CopyTo(_scratch.AsSpan(JournalFormat.RecordHeader));
                segment.File!.Write(_scratch.AsSpan(0, JournalFormat.RecordHeader + payload.Length), segment.Length);
                return;
            }

            segment.File!.Write(header, segment.Length);
            segment.File.Write(payload, segment.Length + JournalFormat.RecordHeader);
        }
        catch
        {
            CutBack(segment);
            throw;
        }
    }

    // Half a record must not lie behind a shorter one that comes next.
    private void CutBack(Segment segment) => Try(() => segment.File!.SetLength(segment.Length));

    private void Seal(Segment segment)
    {
        _active = null;
        if (segment.Unsettled == 0)
        {
            Remove(segment);
        }
    }

    private (long Dropped, ulong Through) MakeRoom(int size)
    {
        var (dropped, through) = (0L, 0UL);
        var growth = _active is { } active ? Segment.BlocksOf(active.Length + size) - active.Blocks : Segment.BlocksOf(JournalFormat.SegmentHeader + size);
        while (_segments is [{ } oldest, ..] && oldest != _active && _bytes + growth > _options.MaxBytes)
        {
            (dropped, through) = (dropped + oldest.Unsettled, oldest.Last);
            _dropped += oldest.Unsettled;
            _records -= oldest.Unsettled;
            _settled.Add(1, oldest.Last);
            Remove(oldest);
        }

        return (dropped, through);
    }

    private void Settle(ulong sequence)
    {
        if (Find(sequence) is not { } segment)
        {
            return;
        }

        _records--;
        if (--segment.Unsettled == 0 && (segment != _active || segment.Length >= EmptyBytes))
        {
            Remove(segment);
        }
    }

    private Segment? Find(ulong sequence)
    {
        var (low, high) = (0, _segments.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _segments[middle].Last < sequence ? (middle + 1, high) : (low, middle);
        }

        return low < _segments.Count && _segments[low].First <= sequence ? _segments[low] : null;
    }

    private void Remove(Segment segment)
    {
        _segments.Remove(segment);
        _bytes -= segment.Blocks;
        _active = segment == _active ? null : _active;
        segment.Removed = true;
        if (segment.Syncing < 0)
        {
            segment.File?.Dispose();
        }

        // The acknowledgements first: a file that is gone without them looks lost.
        WriteAcknowledgements();
        Try(() => _files.DeleteFile(segment.Path));
    }

    private void WriteAcknowledgements()
    {
        if (_unwritten > 0)
        {
            _unwritten = 0;
            Try(() => _acknowledgements.Write(_settled));
        }
    }

    private bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                Fail(e);
            }

            return false;
        }
    }

    private void Fail(Exception e) => (LastFailure, _failures) = (e.Message, _failures + 1);
}
