using Microsoft.Win32.SafeHandles;

namespace MtlSplit.IoT.SampleStore.AppendLog;

/// <summary>
/// Appends records in groups: <see cref="Add"/> collects, <see cref="Commit"/> writes the group and syncs it to disk once.
/// Only then may the group's messages be acknowledged. Never appends to a segment of an earlier run, whose end may be torn.
/// One thread at a time.
/// </summary>
internal sealed class LogWriter(SampleFolder folder, long firstSegment) : IDisposable
{
    private readonly MemoryStream _group = new();
    private SafeFileHandle? _segment;
    private long _length;
    private bool _disposed;

    /// <summary>The number of the segment that the next group goes to. All smaller numbers are sealed.</summary>
    public long Segment { get; private set; } = firstSegment;

    /// <summary>Bytes in the segment that is open.</summary>
    public long SegmentLength => _length;

    /// <summary>Records collected and not yet committed.</summary>
    public int Pending { get; private set; }

    /// <summary>Bytes collected and not yet committed.</summary>
    public long PendingBytes => _group.Length;

    /// <summary>Collects a record for the next group.</summary>
    public void Add(in LogRecord record)
    {
        var size = LogFormat.SizeOf(record);
        var start = (int)_group.Length;
        _group.SetLength(start + size);
        LogFormat.Write(record, _group.GetBuffer().AsSpan(start, size));
        Pending++;
    }

    /// <summary>
    /// Writes the group and syncs it. Where that fails, the group stays collected and the next try goes to a new segment:
    /// after a failed sync nobody knows what the old one holds.
    /// </summary>
    /// <exception cref="IOException">Nothing of the group may be acknowledged; call again later.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Pending == 0)
        {
            return;
        }

        try
        {
            _segment ??= Open();
            RandomAccess.Write(_segment, _group.GetBuffer().AsSpan(0, (int)_group.Length), _length);
            RandomAccess.FlushToDisk(_segment);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Seal();
            throw e as IOException ?? new IOException(e.Message, e);
        }

        _length += _group.Length;
        _group.SetLength(0);
        Pending = 0;
    }

    /// <summary>Closes the open segment, if it holds anything. Returns <see cref="Segment"/>, below which all is sealed.</summary>
    public long Seal()
    {
        if (_segment is not null)
        {
            _segment.Dispose();
            _segment = null;
            _length = 0;
            Segment++;
        }

        return Segment;
    }

    /// <summary>
    /// Takes whole segments that others wrote into the log, each in one step: a crash leaves it here or there. Returns <see cref="Segment"/>,
    /// below which all is sealed.
    /// </summary>
    public long Adopt(IEnumerable<string> segments)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Seal();
        foreach (var segment in segments)
        {
            FindFree();
            File.Move(segment, folder.SegmentPath(Segment));
            Segment++;
        }

        return Segment;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _segment?.Dispose();
        _group.Dispose();
    }

    private SafeFileHandle Open()
    {
        FindFree();
        return File.OpenHandle(folder.SegmentPath(Segment), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private void FindFree()
    {
        Directory.CreateDirectory(folder.Log);
        while (File.Exists(folder.SegmentPath(Segment)))
        {
            Segment++;
        }
    }
}
