using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>Features in memory, bounded in their number. A killed process loses them.</summary>
/// <param name="capacity">Features at most.</param>
internal sealed class MemoryFeatureStore(int capacity) : IFeatureStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, OutboxFeature> _features = [];
    private readonly HeldContracts _held = new();
    private ulong _oldest = 1;
    private ulong _next = 1;
    private ulong _read = 1;
    private long _bytes;

    public bool Lasts => false;

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

    public OutboxStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new OutboxStatistics(_features.Count, _bytes, FindOldest()?.CapturedAt ?? 0);
            }
        }
    }

    public IReadOnlyList<ContractId> Contracts
    {
        get
        {
            lock (_gate)
            {
                return _held.From(FindOldest()?.Place);
            }
        }
    }

    public void Keep(PublishedContract contract)
    {
        // Every feature has its own.
    }

    public StoreResult Add(OutboxFeature feature, int beside)
    {
        lock (_gate)
        {
            var (dropped, through) = (0L, 0UL);
            while (_features.Count + beside >= capacity && FindOldest() is { } oldest)
            {
                (dropped, through) = (dropped + 1, oldest.Place);
                Take(oldest.Place);
            }

            feature.Place = _next++;
            _features.Add(feature.Place, feature);
            _bytes += feature.Payload.Length;
            _held.Note(feature.Contract.Contract, feature.Place);
            return new StoreResult(null, dropped, through);
        }
    }

    public OutboxFeature? Read(ulong before)
    {
        lock (_gate)
        {
            _read = Math.Max(_read, _oldest);
            while (_read < before && _read < _next)
            {
                if (_features.TryGetValue(_read++, out var feature))
                {
                    return feature;
                }
            }

            return null;
        }
    }

    public bool Contains(ulong place)
    {
        lock (_gate)
        {
            return _features.ContainsKey(place);
        }
    }

    public void Remove(ulong place)
    {
        lock (_gate)
        {
            Take(place);
        }
    }

    public void Release(OutboxFeature feature)
    {
        // It is the one that will be read.
    }

    public long TakeDamaged() => 0;

    public void Dispose()
    {
    }

    private OutboxFeature? FindOldest()
    {
        while (_oldest < _next)
        {
            if (_features.TryGetValue(_oldest, out var feature))
            {
                return feature;
            }

            _oldest++;
        }

        return null;
    }

    private void Take(ulong place)
    {
        if (_features.Remove(place, out var feature))
        {
            _bytes -= feature.Payload.Length;
        }
    }
}
