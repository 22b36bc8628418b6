using System.Threading.Channels;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>
/// The features that the broker has not taken yet, in two streams, each in capture order. A feature is live while it is young and is then sent from
/// memory; older ones are the backlog, read back from the store, oldest first, and marked late. Live ones go first; the backlog gets one turn in four
/// as long as both wait, and at most half of what may be in flight. A feature leaves only by name: delivered, or lost for a reason. Thread-safe;
/// <see cref="Take"/> is for one thread at a time.
/// </summary>
internal sealed class Outbox
{
    private const int LiveInARow = 3;

    // Memory for live features, whatever their age: what is more is read back from the store.
    private const int MaxLive = 1024;

    private readonly Lock _gate = new();
    private readonly IFeatureStore _store;
    private readonly TimeSpan _freshFor;
    private readonly int _maxBacklogInFlight;
    private readonly TimeProvider _time;
    private readonly Action<Loss> _lost;
    private readonly PriorityQueue<OutboxFeature, ulong> _live = new();

    // Read from the store, or passed by its reader, and waiting again.
    private readonly PriorityQueue<OutboxFeature, ulong> _returned = new();

    // Stored features that are in memory too, so that they are not read from the store beside.
    private readonly Dictionary<ulong, OutboxFeature> _held = [];

    // At most one wake-up waits; another one while it does says nothing new.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ulong _order;
    private ulong _backlogEnd;
    private int _unstored;
    private int _inFlight;
    private int _backlogInFlight;
    private int _liveInARow;

    /// <summary>Begins with what the store holds as the backlog.</summary>
    /// <param name="store">Where features wait.</param>
    /// <param name="freshFor">How long a feature is live.</param>
    /// <param name="window">Features that may be in flight.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lost">Told of every loss, one at a time, with the lock held.</param>
    public Outbox(IFeatureStore store, TimeSpan freshFor, int window, TimeProvider time, Action<Loss> lost)
    {
        (_store, _freshFor, _time, _lost) = (store, freshFor, time, lost);
        _maxBacklogInFlight = Math.Max(1, window / 2);
        _backlogEnd = store.Next;
        TellDamaged();
    }

    /// <summary>Features taken and not yet settled.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _inFlight;
            }
        }
    }

    /// <summary>Features held, in flight or not.</summary>
    public int Count => (int)Statistics.Features;

    /// <summary>Whether what is left is still there after the process has ended.</summary>
    public bool Lasts => _store.Lasts;

    /// <summary>What waits.</summary>
    public OutboxStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                var stored = _store.Statistics;
                return stored with { Features = stored.Features + _unstored };
            }
        }
    }

    /// <summary>Keeps a contract's descriptor with the features. Before the first of them.</summary>
    public void Keep(PublishedContract contract) => _store.Keep(contract);

    /// <summary>Adds a live feature; the oldest may be dropped for it.</summary>
    public void Add(OutboxFeature feature)
    {
        lock (_gate)
        {
            (feature.Order, feature.AcceptedAt) = (++_order, _time.GetTimestamp());
            var result = _store.Add(feature, _unstored);
            if (result.DroppedThrough > 0)
            {
                Drop(result.Dropped, result.DroppedThrough);
            }

            (feature.Stored, feature.Fault) = (result.Fault is null, result.Fault);
            if (feature.Stored)
            {
                _held.Add(feature.Place, feature);
            }
            else
            {
                _unstored++;
            }

            _live.Enqueue(feature, feature.Order);
            Age();
        }

        Wake();
    }

    /// <summary>Takes the feature that is to be sent next; null where none may be.</summary>
    public OutboxFeature? Take()
    {
        lock (_gate)
        {
            Age();
            if ((_liveInARow < LiveInARow || _backlogInFlight >= _maxBacklogInFlight) && TakeLive() is { } live)
            {
                return live;
            }
        }

        if (TakeBacklog() is { } late)
        {
            return late;
        }

        lock (_gate)
        {
            return TakeLive();
        }
    }

    /// <summary>A taken feature is done with, delivered or not.</summary>
    public void Settle(OutboxFeature feature)
    {
        lock (_gate)
        {
            End(feature);
            if (feature.Stored)
            {
                _held.Remove(feature.Place);
                _store.Remove(feature.Place);
            }
            else
            {
                _unstored--;
            }
        }

        Wake();
    }

    /// <summary>A taken feature goes back to its place in the order.</summary>
    public void PutBack(OutboxFeature feature)
    {
        lock (_gate)
        {
            End(feature);
            if (feature.Order == 0)
            {
                _returned.Enqueue(feature, feature.Place);
            }
            else
            {
                _live.Enqueue(feature, feature.Order);
            }
        }

        Wake();
    }

    /// <summary>The process stops, nothing is in flight: what does not last is lost.</summary>
    public void GiveUpTheRest(string reason)
    {
        if (!_store.Lasts)
        {
            while (Take() is { } feature)
            {
                _lost(new Loss(reason, 1, feature));
                Settle(feature);
            }

            return;
        }

        lock (_gate)
        {
            foreach (var queue in new[] { _live, _returned })
            {
                while (queue.TryDequeue(out var feature, out _))
                {
                    if (!feature.Dropped && !feature.Stored)
                    {
                        Lose(feature, reason);
                    }
                }
            }
        }
    }

    /// <summary>Waits until something has changed since the last wait.</summary>
    public ValueTask<bool> ChangedAsync(CancellationToken ct) => _changes.Reader.ReadAsync(ct);

    /// <summary>Lets the wait end.</summary>
    public void Wake() => _changes.Writer.TryWrite(true);

    private OutboxFeature? TakeLive()
    {
        while (_live.TryDequeue(out var feature, out _))
        {
            if (!feature.Dropped)
            {
                _liveInARow++;
                _backlogEnd = feature.Stored ? Math.Max(_backlogEnd, feature.Place + 1) : _backlogEnd;
                return Begin(feature);
            }
        }

        return null;
    }

    private OutboxFeature? TakeBacklog()
    {
        ulong before;
        lock (_gate)
        {
            if (_backlogInFlight >= _maxBacklogInFlight)
            {
                return null;
            }

            while (_returned.TryDequeue(out var returned, out _))
            {
                if (!returned.Dropped)
                {
                    return BeginBacklog(returned);
                }
            }

            if (_store.Statistics.Features <= _held.Count)
            {
                return null;
            }

            before = _backlogEnd;
        }

        // Without the lock: the disk may be slow, and new features come meanwhile.
        OutboxFeature? taken = null;
        while (taken is null && _store.Read(before) is { } read)
        {
            lock (_gate)
            {
                if (!_held.ContainsKey(read.Place) && _store.Contains(read.Place))
                {
                    _held.Add(read.Place, read);
                    taken = BeginBacklog(read);
                }
            }
        }

        lock (_gate)
        {
            TellDamaged();
        }

        return taken;
    }

    private OutboxFeature BeginBacklog(OutboxFeature feature)
    {
        _liveInARow = 0;
        _backlogInFlight++;
        feature.Order = 0;
        feature.MarkLate();
        return Begin(feature);
    }

    private OutboxFeature Begin(OutboxFeature feature)
    {
        _inFlight++;
        feature.InFlight = true;
        return feature;
    }

    private void End(OutboxFeature feature)
    {
        _inFlight--;
        _backlogInFlight -= feature.Order == 0 ? 1 : 0;
        feature.InFlight = false;
    }

    // What has waited too long is the backlog's from now on.
    private void Age()
    {
        while (_live.TryPeek(out var feature, out _) && (feature.Dropped || _live.Count > MaxLive || _time.GetElapsedTime(feature.AcceptedAt) > _freshFor))
        {
            _live.Dequeue();
            if (feature.Dropped)
            {
                continue;
            }

            if (!feature.Stored)
            {
                Lose(feature, feature.Fault ?? DropReason.OutboxFull);
            }
            else if (feature.Place < _backlogEnd)
            {
                // It was taken once, and the reader may have passed it.
                feature.Order = 0;
                _returned.Enqueue(feature, feature.Place);
            }
            else
            {
                _backlogEnd = feature.Place + 1;
                _held.Remove(feature.Place);
                _store.Release(feature);
            }
        }
    }

    // The store gave up everything up to a place. What is in flight of it stays in memory until its outcome.
    private void Drop(long count, ulong through)
    {
        var left = count;
        if (_held.TryGetValue(through, out var last))
        {
            DropHeld(last);
            left--;
        }

        if (left > 0)
        {
            foreach (var feature in _held.Values.Where(feature => feature.Place < through).ToArray())
            {
                DropHeld(feature);
                left--;
            }
        }

        if (left > 0)
        {
            _lost(new Loss(DropReason.OutboxFull, left, null));
        }
    }

    private void DropHeld(OutboxFeature feature)
    {
        _held.Remove(feature.Place);
        feature.Stored = false;
        if (feature.InFlight)
        {
            _unstored++;
        }
        else
        {
            feature.Dropped = true;
            _lost(new Loss(DropReason.OutboxFull, 1, feature));
        }
    }

    private void Lose(OutboxFeature feature, string reason)
    {
        _unstored--;
        feature.Dropped = true;
        _lost(new Loss(reason, 1, feature));
    }

    private void TellDamaged()
    {
        if (_store.TakeDamaged() is > 0 and var damaged)
        {
            _lost(new Loss(DropReason.Damaged, damaged, null));
        }
    }
}
