using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>
/// Remembers the last so many frames, so that a redelivered feature is answered once. A repeat of a frame whose answer is on its
/// way waits for that answer; a repeat of an answered one is acknowledged at once. Thread-safe.
/// </summary>
/// <param name="capacity">Frames remembered; the oldest is forgotten first.</param>
internal sealed class RepeatWindow(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FrameKey, Entry> _entries = [];
    private readonly Queue<(FrameKey Key, Entry Entry)> _order = [];

    /// <summary>Repeats seen.</summary>
    public long Repeats { get; private set; }

    /// <summary>Admits a feature. False for a repeat, which is then taken care of here.</summary>
    public bool TryAdmit(FrameKey key, BusDelivery delivery)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                var fresh = new Entry(delivery);
                _entries[key] = fresh;
                _order.Enqueue((key, fresh));
                Trim();
                return true;
            }

            Repeats++;
            if (!entry.Answered)
            {
                entry.Waiting.Add(delivery);
                return false;
            }
        }

        delivery.Acknowledge();
        return false;
    }

    /// <summary>The frame is dealt with: everything that carried it is acknowledged.</summary>
    public void Complete(FrameKey key)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry))
            {
                return;
            }

            entry.Answered = true;
        }

        // Nothing joins the list any more: repeats of an answered frame are acknowledged where they come in.
        foreach (var delivery in entry.Waiting)
        {
            delivery.Acknowledge();
        }
    }

    /// <summary>The frame could not be dealt with: it stays unacknowledged, and its next delivery is a new one.</summary>
    public void Forget(FrameKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    private void Trim()
    {
        while (_order.Count > capacity)
        {
            var (key, entry) = _order.Dequeue();
            if (!entry.Answered && _entries.TryGetValue(key, out var current) && current == entry)
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
        public bool Answered { get; set; }

        public List<BusDelivery> Waiting { get; } = [first];
    }
}
