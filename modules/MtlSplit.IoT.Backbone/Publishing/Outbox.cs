using System.Threading.Channels;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>
/// The features that the broker has not taken yet, in memory, bounded. When full it gives up the oldest one that is not in
/// flight: what is kept is the newest stretch. A feature leaves only by name: delivered, or dropped with a reason. Thread-safe.
/// </summary>
/// <param name="capacity">Features at most; more than may be in flight at once.</param>
internal sealed class Outbox(int capacity)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<OutboxFeature, ulong> _waiting = new();

    // At most one wake-up waits; another one while it does says nothing new.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _inFlight;

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
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count + _inFlight;
            }
        }
    }

    /// <summary>Adds a feature. Returns the one that was given up for it, if any.</summary>
    public OutboxFeature? Add(OutboxFeature feature)
    {
        OutboxFeature? dropped = null;
        lock (_gate)
        {
            if (_waiting.Count + _inFlight >= capacity)
            {
                _waiting.TryDequeue(out dropped, out _);
            }

            _waiting.Enqueue(feature, feature.Sequence);
        }

        Wake();
        return dropped;
    }

    /// <summary>Takes the oldest feature that is not in flight.</summary>
    public OutboxFeature? Take()
    {
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out var feature, out _))
            {
                return null;
            }

            _inFlight++;
            return feature;
        }
    }

    /// <summary>A taken feature is done with, delivered or not.</summary>
    public void Settle()
    {
        lock (_gate)
        {
            _inFlight--;
        }

        Wake();
    }

    /// <summary>A taken feature goes back to its place in the order.</summary>
    public void PutBack(OutboxFeature feature)
    {
        lock (_gate)
        {
            _inFlight--;
            _waiting.Enqueue(feature, feature.Sequence);
        }

        Wake();
    }

    /// <summary>Waits until something has changed since the last wait.</summary>
    public ValueTask<bool> ChangedAsync(CancellationToken ct) => _changes.Reader.ReadAsync(ct);

    /// <summary>Lets the wait end.</summary>
    public void Wake() => _changes.Writer.TryWrite(true);
}
