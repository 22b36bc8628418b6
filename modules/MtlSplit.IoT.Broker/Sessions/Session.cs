using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.Broker.Sessions;

/// <summary>What the broker keeps for one client, across connections. Not thread-safe.</summary>
internal sealed class Session(string clientId, Principal owner)
{
    private readonly LinkedList<WaitingMessage> _waiting = new();
    private ushort _lastId;
    private long _order;
    private int _probation;

    public string ClientId { get; } = clientId;

    /// <summary>Only who opened a session may resume or take it over.</summary>
    public Principal Owner { get; } = owner;

    /// <summary>The connection; null while there is none.</summary>
    public ILink? Link { get; set; }

    public ProtocolVersion Version { get; set; }

    public uint MaximumPacketSize { get; set; } = uint.MaxValue;

    public uint ExpirySeconds { get; set; }

    /// <summary>Milliseconds without a packet after which the client counts as gone; 0 = never.</summary>
    public long KeepAliveLimit { get; set; }

    public long LastHeard { get; set; }

    /// <summary>When the session ends unless the client comes back, in the broker's milliseconds.</summary>
    public long EndsAt { get; set; } = long.MaxValue;

    public Message? Will { get; set; }

    public uint WillDelay { get; set; }

    /// <summary>When the will of the last connection is due.</summary>
    public long WillDueAt { get; set; } = long.MaxValue;

    /// <summary>By the filter as the client wrote it.</summary>
    public Dictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    public Dictionary<ushort, Inflight> Unacknowledged { get; } = [];

    public IReadOnlyCollection<WaitingMessage> Waiting => _waiting;

    public long WaitingBytes { get; private set; }

    public long Dropped { get; set; }

    public long DroppedReported { get; set; }

    /// <summary>How many messages the client may hold unacknowledged.</summary>
    public int Credit { get; set; }

    public int FreeCredit => (_probation > 0 ? Math.Min(_probation, Credit) : Credit) - Unacknowledged.Count;

    /// <summary>A member that held a message too long starts again with one message at a time; each acknowledgement doubles that.</summary>
    public void PutOnProbation() => _probation = 1;

    public void NoteAcknowledged() => _probation = _probation is 0 || _probation >= Credit ? 0 : _probation * 2;

    public ushort TakeId()
    {
        do
        {
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        }
        while (Unacknowledged.ContainsKey(_lastId));

        return _lastId;
    }

    public long TakeOrder() => ++_order;

    public void Enqueue(WaitingMessage waiting)
    {
        _waiting.AddLast(waiting);
        WaitingBytes += waiting.Message.Size;
    }

    /// <summary>Puts a message back in front of the others.</summary>
    public void PutBack(WaitingMessage waiting)
    {
        _waiting.AddFirst(waiting);
        WaitingBytes += waiting.Message.Size;
    }

    public bool TryPeek(out WaitingMessage waiting)
    {
        waiting = _waiting.First?.Value ?? default;
        return _waiting.First is not null;
    }

    public WaitingMessage Dequeue()
    {
        var first = _waiting.First!.Value;
        _waiting.RemoveFirst();
        WaitingBytes -= first.Message.Size;
        return first;
    }
}
