using MtlSplit.IoT.Messaging.Connecting;

namespace MtlSplit.IoT.Messaging.Receiving;

/// <summary>
/// Puts acknowledgements, which come in any order, into the order that the messages arrived in, as MQTT demands. One per connection:
/// after the connection is gone it takes no more, since the broker delivers those messages again. Thread-safe.
/// </summary>
/// <param name="work">Set when acknowledgements became due.</param>
internal sealed class AckSequencer(WorkSignal work)
{
    private readonly Lock _gate = new();
    private readonly Queue<ReceivedPublish> _arrived = new();
    private readonly Queue<ushort> _due = new();
    private bool _closed;

    /// <summary>Messages that arrived and are not acknowledged, or wait for one before them.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
            {
                return _arrived.Count;
            }
        }
    }

    /// <summary>A message arrived.</summary>
    /// <param name="packetId">Its identifier.</param>
    /// <param name="parts">Acknowledgements to wait for: one for each subscription it went to.</param>
    public ReceivedPublish Arrived(ushort packetId, int parts)
    {
        var publish = new ReceivedPublish(this, packetId, parts);
        lock (_gate)
        {
            _arrived.Enqueue(publish);
        }

        return publish;
    }

    /// <summary>One of a message's acknowledgements came.</summary>
    public void Acknowledged(ReceivedPublish publish)
    {
        lock (_gate)
        {
            publish.Missing--;
            if (_closed || publish.Missing > 0 || _arrived.Peek() != publish)
            {
                return;
            }

            while (_arrived.TryPeek(out var first) && first.Missing == 0)
            {
                _arrived.Dequeue();
                _due.Enqueue(first.PacketId);
                first.Released();
            }
        }

        work.Set();
    }

    /// <summary>The next acknowledgement to send, in order of arrival.</summary>
    public bool TryNext(out ushort packetId)
    {
        lock (_gate)
        {
            return _due.TryDequeue(out packetId);
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _arrived.Clear();
            _due.Clear();
        }
    }
}
