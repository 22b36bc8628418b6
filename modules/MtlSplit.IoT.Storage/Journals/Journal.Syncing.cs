namespace MtlSplit.IoT.Storage.Journals;

// Group commit. Every quarter of the window it is looked which records would be older than the window at the next look; only if nobody has
// acknowledged one of them by then, everything written so far is synced in one go.
public sealed partial class Journal
{
    // The next number three looks ago, two ago, one ago: what was appended since the oldest of them is younger than the window.
    private readonly ulong[] _checkpoints = new ulong[3];
    private readonly Lock _syncGate = new();
    private readonly List<Segment> _syncing = [];
    private ulong _syncedThrough;
    private bool _directoryChanged;
    private long? _acknowledgedSince;
    private long _syncs;
    private int _look;
    private int _ticking;
    private bool _closed;

    /// <summary>Makes everything that was appended survive a power cut. Appends go on meanwhile.</summary>
    /// <returns>False where the disk failed, see <see cref="LastFailure"/>: then it is tried again with the next sync.</returns>
    public bool Sync()
    {
        lock (_syncGate)
        {
            if (_closed)
            {
                return true;
            }

            ulong through;
            bool directory;
            lock (_gate)
            {
                through = _next - 1;
                directory = _directoryChanged;
                _directoryChanged = false;
                foreach (var segment in _segments)
                {
                    if (segment.File is not null && segment.Length > segment.Synced)
                    {
                        segment.Syncing = segment.Length;
                        _syncing.Add(segment);
                    }
                }
            }

            var synced = (_syncing.Count == 0 && !directory) || Try(() => SyncFiles(directory));
            lock (_gate)
            {
                _directoryChanged |= directory && !synced;
                _syncedThrough = synced ? Math.Max(_syncedThrough, through) : _syncedThrough;
                _syncs += _syncing.Count > 0 ? 1 : 0;
                foreach (var segment in _syncing)
                {
                    segment.Synced = synced ? segment.Syncing : segment.Synced;
                    segment.Syncing = -1;
                    if (segment.Removed || (segment != _active && segment.Synced == segment.Length))
                    {
                        segment.File!.Dispose();
                        segment.File = null;
                    }
                }
            }

            _syncing.Clear();
            SealIfSynced();
            return synced;
        }
    }

    // A file that ends where a sync ended needs none beside its successor's: every sync is one file's, not two.
    private void SealIfSynced()
    {
        lock (_gate)
        {
            if (_active is { } active && active.Synced == active.Length && active.Length >= _options.SegmentBytes / 2)
            {
                Seal(active);
                if (!active.Removed)
                {
                    active.File!.Dispose();
                    active.File = null;
                }
            }
        }
    }

    private void SyncFiles(bool directory)
    {
        foreach (var segment in _syncing)
        {
            segment.File!.Sync();
        }

        if (directory)
        {
            _files.SyncDirectory(_folder);
        }
    }

    private void SyncAcknowledgements()
    {
        lock (_syncGate)
        {
            if (!_closed)
            {
                Try(_acknowledgements.Sync);
            }
        }
    }

    private void Tick()
    {
        // A slow disk must not gather waiting threads.
        if (Interlocked.Exchange(ref _ticking, 1) == 1)
        {
            return;
        }

        try
        {
            bool records, acknowledgements;
            lock (_gate)
            {
                if (_disposed)
                {
                    return;
                }

                ref var checkpoint = ref _checkpoints[_look++ % _checkpoints.Length];
                records = _settled.AnyMissing(_syncedThrough + 1, checkpoint - 1);
                checkpoint = _next;
                WriteAcknowledgements();
                acknowledgements = _acknowledgedSince is { } since && _time.GetElapsedTime(since) >= _options.AcknowledgementWindow;
                _acknowledgedSince = acknowledgements ? null : _acknowledgedSince;
            }

            if (records)
            {
                Sync();
            }

            if (acknowledgements)
            {
                SyncAcknowledgements();
            }
        }
        finally
        {
            Interlocked.Exchange(ref _ticking, 0);
        }
    }
}
