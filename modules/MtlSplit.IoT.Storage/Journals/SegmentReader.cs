using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Storage.Journals;

/// <summary>
/// Reads one segment from its start to as far as it was written, skips what is damaged and says so. Never throws on content; an
/// <see cref="IOException"/> is the disk's. Not thread-safe.
/// </summary>
internal sealed class SegmentReader : IDisposable
{
    private const int Window = 64 << 10;

    private readonly IFile _file;
    private byte[] _buffer = new byte[Window];
    private long _bufferAt;
    private int _buffered;
    private long _position;
    private bool _begun;

    /// <summary>Takes the file over.</summary>
    public SegmentReader(IFile file, ulong first)
    {
        (_file, First) = (file, first);
        Last = first - 1;
    }

    /// <summary>The number that the segment begins with.</summary>
    public ulong First { get; }

    /// <summary>The number of the last whole record that was read.</summary>
    public ulong Last { get; private set; }

    /// <summary>What the last call of <see cref="TryRead"/> skipped, if anything.</summary>
    public JournalDamage? Damage { get; private set; }

    /// <summary>Reads the next whole record. Returns false at the end; what is written later can be read later.</summary>
    /// <param name="end">Bytes that were written.</param>
    /// <param name="record">The record, whose payload the next call overwrites.</param>
    public bool TryRead(long end, out JournalRecord record)
    {
        Damage = null;
        record = default;
        if (!_begun)
        {
            _begun = true;
            _position = Math.Min(end, JournalFormat.SegmentHeader);
            if (!JournalFormat.IsSegmentHeader(Bytes(0, JournalFormat.SegmentHeader, end).Span, First))
            {
                // Its name says what the header should. Shorter than that: nothing follows.
                Damage = end < JournalFormat.SegmentHeader ? JournalDamage.TornTail : JournalDamage.Corrupt;
            }
        }

        while (_position < end)
        {
            var header = Bytes(_position, JournalFormat.RecordHeader, end);
            if (!JournalFormat.TryReadRecordHeader(header.Span, out var sequence, out var kind, out var length))
            {
                var next = FindMarker(_position + 1, end);
                Damage = next < end ? JournalDamage.Corrupt : Tail(_position, end);
                _position = next;
                continue;
            }

            var size = JournalFormat.RecordHeader + length;
            if (size > end - _position)
            {
                Damage = JournalDamage.TornTail;
                _position = end;
                break;
            }

            var bytes = Bytes(_position, size, end);
            _position += size;
            if (sequence <= Last || bytes.Length < size || !JournalFormat.IsWhole(bytes.Span, bytes.Span[JournalFormat.RecordHeader..]))
            {
                Damage = _position < end ? JournalDamage.Corrupt : Tail(_position - size, end);
                continue;
            }

            Last = sequence;
            record = new JournalRecord(sequence, kind, bytes[JournalFormat.RecordHeader..]);
            return true;
        }

        return false;
    }

    public void Dispose() => _file.Dispose();

    // What no record follows. Zeros to the last: the length arrived and the content did not. A record that begins and has no end: torn.
    private JournalDamage Tail(long from, long end)
    {
        var zeros = Bytes(Math.Max(from, end - 64), (int)Math.Min(64, end - from), end);
        if (!zeros.Span.ContainsAnyExcept((byte)0))
        {
            return JournalDamage.ZeroedTail;
        }

        var start = Bytes(from, JournalFormat.RecordHeader, end).Span;
        return start.Length < JournalFormat.RecordHeader && start.StartsWith(JournalFormat.Marker[..Math.Min(4, start.Length)]) ? JournalDamage.TornTail : JournalDamage.Corrupt;
    }

    private long FindMarker(long from, long end)
    {
        while (from < end)
        {
            var window = Bytes(from, (int)Math.Min(Window, end - from), end).Span;
            if (window.IsEmpty)
            {
                // Shorter than it was said to be.
                return end;
            }

            if (window.IndexOf(JournalFormat.Marker) is >= 0 and var at)
            {
                return from + at;
            }

            // It may begin in this window and end in the next.
            from = Math.Min(end, from + Math.Max(1, window.Length - JournalFormat.Marker.Length + 1));
        }

        return end;
    }

    // As many of these bytes as were written. The end of what is buffered may have been written since.
    private ReadOnlyMemory<byte> Bytes(long at, int count, long end)
    {
        count = (int)Math.Min(count, end - at);
        if (at < _bufferAt || at + count > _bufferAt + _buffered)
        {
            if (_buffer.Length < count)
            {
                _buffer = new byte[count + Window];
            }

            _bufferAt = at;
            _buffered = _file.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - at)), at);
        }

        return _buffer.AsMemory((int)(at - _bufferAt), Math.Min(count, _buffered - (int)(at - _bufferAt)));
    }
}
