using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Storage.Journals;

// Reading what an earlier process left. Nothing is ever written behind a tail that may be torn: the next record begins a new segment.
public sealed partial class Journal
{
    /// <summary>The oldest segment with a record from this number on, opened for reading; null if there is none.</summary>
    internal (Segment Segment, SegmentReader Reader)? OpenFrom(ulong sequence)
    {
        lock (_gate)
        {
            foreach (var segment in _segments)
            {
                if (segment.Last >= sequence && segment.Unsettled > 0)
                {
                    try
                    {
                        return (segment, new SegmentReader(_files.Open(segment.Path, FileOpening.Read), segment.First));
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        Fail(e);
                        LoseThrough(segment, segment.First, segment.Last);
                        return OpenFrom(segment.Last + 1);
                    }
                }
            }

            return null;
        }
    }

    /// <summary>How far a segment was written, and whether it gets no more records; all as of one moment.</summary>
    internal (long Length, ulong Last, bool Full) Look(Segment segment)
    {
        lock (_gate)
        {
            return (segment.Length, segment.Last, segment != _active);
        }
    }

    /// <summary>Records of a segment that turned out to be unreadable: they are counted and never asked for again.</summary>
    internal void Lose(Segment segment, ulong first, ulong last)
    {
        lock (_gate)
        {
            LoseThrough(segment, first, last);
        }
    }

    /// <summary>The disk failed to read.</summary>
    internal void ReadFailed(Exception e)
    {
        lock (_gate)
        {
            Fail(e);
        }
    }

    private void LoseThrough(Segment segment, ulong first, ulong last)
    {
        var removed = segment.Removed;
        for (var sequence = first; sequence <= last; sequence++)
        {
            if (_settled.Add(sequence))
            {
                _lost += removed ? 0 : 1;
                _unwritten++;
                Settle(sequence);
            }
        }
    }

    private JournalRecovery Recover(bool acknowledgementsDamaged, Action<JournalRecord>? visit)
    {
        var found = new RecoveryFindings(_settled);
        if (acknowledgementsDamaged)
        {
            found.Count(JournalDamage.Acknowledgements);
        }

        _next = _settled.Highest + 1;
        foreach (var path in _files.Files(_folder))
        {
            if (!JournalFormat.TryParseName(path, out var first))
            {
                continue;
            }

            var segment = new Segment(path, first);
            if (!found.Begun)
            {
                // What was before the oldest file is acknowledged or dropped.
                _settled.Add(1, first - 1);
            }

            found.Begin(first);
            Read(segment, found, visit);

            // A name is never used again, even where nothing in it could be read.
            _next = Math.Max(_next, Math.Max(segment.Last, first) + 1);
            _segments.Add(segment);
            _bytes += segment.Blocks;
            _records += segment.Unsettled;
        }

        found.End();
        foreach (var segment in _segments.Where(static segment => segment.Unsettled == 0).ToArray())
        {
            Remove(segment);
        }

        _lost = found.Lost;
        _unwritten += found.Lost > 0 ? 1 : 0;
        return new JournalRecovery { Records = _records, Bytes = _bytes, Lost = found.Lost, Damage = found.Damage };
    }

    private void Read(Segment segment, RecoveryFindings found, Action<JournalRecord>? visit)
    {
        try
        {
            // Whoever was killed may not have synced it; the sync of a file that is on disk costs next to nothing.
            var file = _files.Open(segment.Path, FileOpening.OpenOrCreate);
            using var reader = new SegmentReader(file, segment.First);
            segment.Length = file.Length;
            while (reader.TryRead(segment.Length, out var record))
            {
                found.Record(record.Sequence, reader.Damage);
                segment.Last = record.Sequence;
                if (!_settled.Contains(record.Sequence))
                {
                    segment.Unsettled++;
                    visit?.Invoke(record);
                }
            }

            found.Tail(reader.Damage);
            file.Sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
            found.Tail(JournalDamage.Unreadable);
        }
    }
}
