namespace MtlSplit.IoT.Storage.Journals;

/// <summary>
/// Reads a journal's records from the oldest on, once each, without those that were acknowledged or dropped by then. What is damaged is skipped
/// and counted by the journal. One thread at a time; the journal may be used meanwhile.
/// </summary>
public sealed class JournalReader : IDisposable
{
    private readonly Journal _journal;
    private Segment? _segment;
    private SegmentReader? _reader;
    private JournalRecord? _ahead;

    internal JournalReader(Journal journal) => _journal = journal;

    /// <summary>The number from which on nothing was read yet.</summary>
    public ulong Position { get; private set; } = 1;

    /// <summary>Reads the next record.</summary>
    /// <param name="before">Records from this number on stay for later.</param>
    /// <param name="record">The record; its payload is good until the next call.</param>
    /// <returns>False where there is none now; one may be appended.</returns>
    public bool TryRead(ulong before, out JournalRecord record)
    {
        while (Position < before && TryNext(out record))
        {
            if (record.Sequence >= before)
            {
                _ahead = record;
                break;
            }

            Position = record.Sequence + 1;
            if (_journal.IsOpen(record.Sequence))
            {
                return true;
            }
        }

        record = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private bool TryNext(out JournalRecord record)
    {
        if (_ahead is { } ahead)
        {
            (_ahead, record) = (null, ahead);
            return true;
        }

        while (true)
        {
            if (_segment is null)
            {
                if (_journal.OpenFrom(Position) is not { } opened)
                {
                    record = default;
                    return false;
                }

                (_segment, _reader) = opened;
            }

            var (length, last, full) = _journal.Look(_segment);
            if (TryReadSegment(length, last, out record))
            {
                return true;
            }

            if (!full)
            {
                return false;
            }

            Position = Math.Max(Position, last + 1);
            Close();
        }
    }

    private bool TryReadSegment(long length, ulong last, out JournalRecord record)
    {
        record = default;
        var (segment, reader) = (_segment!, _reader!);
        var expected = Math.Max(Position, reader.Last + 1);
        try
        {
            while (reader.TryRead(length, out record))
            {
                _journal.Lose(segment, expected, record.Sequence - 1);
                if (record.Sequence >= Position)
                {
                    return true;
                }

                expected = Math.Max(Position, record.Sequence + 1);
            }

            if (reader.Damage is not null)
            {
                _journal.Lose(segment, expected, last);
            }
        }
        catch (IOException e)
        {
            _journal.ReadFailed(e);
            _journal.Lose(segment, expected, last);
        }

        return false;
    }

    private void Close()
    {
        _reader?.Dispose();
        (_segment, _reader) = (null, null);
    }
}
