using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>
/// Remembers the last so many frames, so that a redelivered feature is answered once. A repeat of a frame whose answer is on its
/// way waits for that answer; a repeat of an answered one is acknowledged at once. A quarantined frame that is published again
/// is judged afresh, since what was missing may be here now; only the broker's own redelivery of it is a repeat. Thread-safe.
/// </summary>
/// <param name="capacity">Frames remembered; the oldest is forgotten first.</param>
internal sealed class RepeatWindow(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FrameKey, Entry> _entries = [];
    private readonly Queue<(FrameKey Key, Entry Entry)> _order = [];

    private long _repeats;

    private enum EntryState
    {
        Pending,
        Answered,
        Quarantined,
    }

    /// <summary>Repeats seen.</summary>
    public long Repeats => Interlocked.Read(ref _repeats);

    /// <summary>Admits a feature. False for a repeat, which is then taken care of here.</summary>
    public bool TryAdmit(FrameKey key, BusDelivery delivery)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry) || (entry.State == EntryState.Quarantined && !delivery.Duplicate))
            {
                var fresh = new Entry(delivery);
                _entries[key] = fresh;
                _order.Enqueue((key, fresh));
                Trim();
                return true;
            }

            Interlocked.Increment(ref _repeats);
            if (entry.State == EntryState.Pending)
            {
                entry.Waiting.Add(delivery);
                return false;
            }
        }

        delivery.Acknowledge();
        return false;
    }

    /// <summary>The frame is answered: everything that carried it is acknowledged.</summary>
    public void Answered(FrameKey key) => Complete(key, EntryState.Answered);

    /// <summary>The frame is in quarantine: everything that carried it is acknowledged.</summary>
    public void Quarantined(FrameKey key) => Complete(key, EntryState.Quarantined);

    /// <summary>The frame could not be dealt with: it stays unacknowledged, and its next delivery is a new one.</summary>
    public void Forget(FrameKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    private void Complete(FrameKey key, EntryState state)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry))
            {
                return;
            }

            entry.State = state;
        }

        // Nothing joins the list any more: repeats of a frame that is dealt with are acknowledged where they come in.
        foreach (var delivery in entry.Waiting)
        {
            delivery.Acknowledge();
        }
    }

    private void Trim()
    {
        while (_order.Count > capacity)
        {
            var (key, entry) = _order.Dequeue();
            if (entry.State == EntryState.Pending && _entries.TryGetValue(key, out var current) && current == entry)
            {
                // Still on its way; it must not be answered twice. It joins the end again.
                _order.Enqueue((key, entry));
                return;
            }

            if (_entries.TryGetValue(key, out var old) && old == entry)
            {
                _entries.Remove(key);
            }
        }
    }

    private sealed class Entry(BusDelivery first)
    {
        public EntryState State { get; set; }

        public List<BusDelivery> Waiting { get; } = [first];
    }
}
