using Microsoft.Extensions.Logging;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>
/// The one writer of a store: the log's open segment, and the compactor behind it. Adding and committing belong to one
/// thread; compacting may run on another meanwhile.
/// </summary>
internal sealed class SampleWriter : IDisposable
{
    private readonly Lock _gate = new();

    // Held while the store changes behind the log: the store's lock is not given away in the middle of that.
    private readonly Lock _compacting = new();
    private readonly SampleFolder _folder;
    private readonly StoreLimits _limits;
    private readonly ILogger _logger;
    private readonly StoreLock _lock;
    private readonly Compactor _compactor;
    private readonly LogWriter _log;
    private Catalog _catalog;
    private long _logBytes;

    /// <param name="folder">The store.</param>
    /// <param name="limits">Disk use and compaction.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for people.</param>
    /// <param name="sampling">From now on the store's plan, also for what the log holds already; null leaves the store's own.</param>
    /// <exception cref="SampleStoreException">Another process writes to the store, or its catalog is damaged.</exception>
    public SampleWriter(SampleFolder folder, StoreLimits limits, TimeProvider time, ILogger logger, SamplingPlan? sampling = null)
    {
        _folder = folder;
        _limits = limits;
        _logger = logger;
        _lock = StoreLock.Take(folder);
        try
        {
            _compactor = new Compactor(folder, limits, time);
            var before = CatalogJson.Load(folder);
            _catalog = _compactor.CleanUp();
            TellDamage(before, _catalog);
            ImportSegment.RemoveAbandoned(folder);
            if (sampling is not null && sampling != _catalog.Sampling)
            {
                _catalog = _catalog with { Sampling = sampling };
                CatalogJson.Save(folder, _catalog);
            }

            _log = new LogWriter(folder, Math.Max(_catalog.FirstSegment, folder.Segments() is [.., var last] ? last + 1 : 0));
            _logBytes = MeasureLog();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Whether the log has reached its bound. Until it has become Parquet nothing more is acknowledged.</summary>
    public bool IsFull => Volatile.Read(ref _logBytes) >= _limits.MaxLogBytes;

    /// <summary>Messages collected and not committed.</summary>
    public int Pending => _log.Pending;

    /// <summary>Their bytes.</summary>
    public long PendingBytes => _log.PendingBytes;

    public void Add(in LogRecord record) => _log.Add(record);

    /// <summary>Writes and syncs what was added. Returns true where a segment is full and waits to become Parquet.</summary>
    /// <exception cref="IOException">Nothing added since the last commit is safe; call again.</exception>
    public bool Commit()
    {
        lock (_gate)
        {
            Interlocked.Add(ref _logBytes, _log.PendingBytes);
            _log.Commit();
            if (_log.SegmentLength < _limits.SegmentBytes)
            {
                return false;
            }

            _log.Seal();
            return true;
        }
    }

    /// <summary>Turns all that is committed into Parquet.</summary>
    /// <exception cref="ObjectDisposedException">The store may be another writer's by now; nothing was changed.</exception>
    public void Compact()
    {
        lock (_compacting)
        {
            CompactAlone();
        }
    }

    public void Dispose()
    {
        lock (_compacting)
        {
            _log.Dispose();
            _lock.Dispose();
        }
    }

    private void CompactAlone()
    {
        long end;
        lock (_gate)
        {
            end = _log.Adopt(_folder.WaitingImports());
        }

        var before = _catalog;
        _catalog = _compactor.Run(end);
        Interlocked.Exchange(ref _logBytes, MeasureLog());
        if (_catalog.BytesSkipped > before.BytesSkipped)
        {
            Log.BytesSkipped(_logger, _catalog.BytesSkipped - before.BytesSkipped);
        }

        TellDamage(before, _catalog);
        if (_catalog.RowsExpired > before.RowsExpired)
        {
            Log.RowsExpired(_logger, _catalog.RowsExpired - before.RowsExpired);
        }

        if (_catalog.RowsEvicted > before.RowsEvicted)
        {
            Log.RowsEvicted(_logger, _catalog.RowsEvicted - before.RowsEvicted);
        }
    }

    private void TellDamage(Catalog before, Catalog after)
    {
        if (after.FilesDamaged > before.FilesDamaged)
        {
            Log.FilesDamaged(_logger, after.FilesDamaged - before.FilesDamaged, after.RowsDamaged - before.RowsDamaged, _folder.Damaged);
        }
    }

    private long MeasureLog() => SampleFolder.BytesOf(_folder.Segments().Select(_folder.SegmentPath));
}
