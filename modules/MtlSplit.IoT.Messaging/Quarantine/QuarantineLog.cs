using Microsoft.Win32.SafeHandles;

namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>
/// What could not be handled, kept on disk until a person or a fix deals with it: one folder for each task, append-only, bounded.
/// Thread-safe; several processes may use one folder, each writing its own segments. Whoever made it disposes it.
/// </summary>
public sealed class QuarantineLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly QuarantineOptions _options;
    private readonly TimeProvider _time;
    private SafeFileHandle? _handle;
    private ulong _segment;
    private long _length;
    private bool _disposed;

    /// <summary>Opens a quarantine. Nothing is written before the first entry.</summary>
    /// <param name="folder">Where it is, such as <c>{data}/quarantine/{task}</c>.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="time">Names new segments.</param>
    public QuarantineLog(string folder, QuarantineOptions options, TimeProvider time)
    {
        Folder = folder;
        _options = options with { };
        _time = time;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Segments that this log has deleted to stay within its bound.</summary>
    public long DroppedSegments { get; private set; }

    /// <summary>Bytes on disk now.</summary>
    public long Bytes => Directory.Exists(Folder) ? QuarantineSegment.NumbersIn(Folder).Sum(n => QuarantineSegment.SizeOf(Folder, n)) : 0;

    /// <summary>Appends an entry. When it returns, the entry is on disk; acknowledge the message then.</summary>
    /// <param name="entry">What to keep.</param>
    /// <exception cref="QuarantineFullException">It is full and <see cref="QuarantineFullPolicy.RefuseNew"/> holds.</exception>
    /// <exception cref="IOException">The disk does not take it. Nothing of it is left.</exception>
    public QuarantineId Append(QuarantineEntry entry) => Append([entry])[0];

    /// <summary>Appends entries with one flush to disk for all of them.</summary>
    /// <param name="entries">What to keep, in order.</param>
    /// <exception cref="QuarantineFullException">It is full and <see cref="QuarantineFullPolicy.RefuseNew"/> holds.</exception>
    /// <exception cref="IOException">The disk does not take them. Nothing of them is left.</exception>
    public IReadOnlyList<QuarantineId> Append(IReadOnlyList<QuarantineEntry> entries)
    {
        var records = entries.Select(QuarantineRecord.Encode).ToArray();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            MakeRoom(records.Sum(r => (long)r.Length));
            var handle = Writable();
            var ids = new List<QuarantineId>(records.Length);
            var before = _length;
            try
            {
                foreach (var record in records)
                {
                    QuarantineRecord.Seal(record, _length);
                    RandomAccess.Write(handle, record, _length);
                    ids.Add(new QuarantineId(_segment, _length));
                    _length += record.Length;
                }

                RandomAccess.FlushToDisk(handle);
                return ids;
            }
            catch
            {
                // The next entry goes into a new segment; what this one left behind is cut off, or skipped as torn.
                _handle = null;
                using (handle)
                {
                    RandomAccess.SetLength(handle, before);
                }

                throw;
            }
        }
    }

    /// <summary>All intact entries, oldest segment first, those of other processes included. Lazy; sees what is there when it gets to it.</summary>
    /// <param name="onFault">Told of every part that cannot be read; the rest is read all the same.</param>
    public IEnumerable<QuarantinedMessage> Read(Action<QuarantineFault>? onFault = null)
    {
        if (!Directory.Exists(Folder))
        {
            yield break;
        }

        foreach (var number in QuarantineSegment.NumbersIn(Folder))
        {
            if (!File.Exists(QuarantineSegment.PathOf(Folder, number)))
            {
                continue;
            }

            foreach (var message in QuarantineSegment.Read(Folder, number, onFault))
            {
                yield return message;
            }
        }
    }

    /// <summary>One entry, or null if it is not there or not intact. Reads no other.</summary>
    /// <param name="id">Its name.</param>
    public QuarantinedMessage? Find(QuarantineId id) =>
        File.Exists(QuarantineSegment.PathOf(Folder, id.Segment)) ? QuarantineSegment.ReadAt(Folder, id) : null;

    /// <summary>
    /// Remembers that an entry was published again, durably, so that the next replay leaves it out. Mark after the publish has its outcome: a
    /// crash in between publishes it twice, which every reader of the bus expects. Marking again changes nothing.
    /// </summary>
    /// <param name="id">The entry.</param>
    /// <returns>False: it is not there, or was marked before.</returns>
    public bool MarkReplayed(QuarantineId id)
    {
        lock (_gate)
        {
            if (Find(id) is not { Replayed: false })
            {
                return false;
            }

            QuarantineSegment.MarkReplayed(Folder, id);
            return true;
        }
    }

    /// <summary>Closes the segment being written. Entries stay.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _handle?.Dispose();
            _handle = null;
        }
    }

    private SafeFileHandle Writable()
    {
        if (_handle is not null && _length >= _options.SegmentBytes)
        {
            _handle.Dispose();
            _handle = null;
        }

        if (_handle is null)
        {
            var now = (ulong)((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
            (_segment, _handle, _length) = QuarantineSegment.Create(Folder, Math.Max(now, _segment + 1));
        }

        return _handle;
    }

    private void MakeRoom(long wanted)
    {
        while (Bytes + wanted > _options.MaxBytes)
        {
            if (_options.WhenFull == QuarantineFullPolicy.RefuseNew || !TryDropOldest())
            {
                throw new QuarantineFullException(Folder, _options.MaxBytes);
            }
        }
    }

    private bool TryDropOldest()
    {
        foreach (var number in QuarantineSegment.NumbersIn(Folder))
        {
            if (_handle is not null && number == _segment)
            {
                // Its own last one: it goes too when it is all there is.
                _handle.Dispose();
                _handle = null;
            }

            if (QuarantineSegment.TryDelete(Folder, number))
            {
                DroppedSegments++;
                return true;
            }
        }

        return false;
    }
}
