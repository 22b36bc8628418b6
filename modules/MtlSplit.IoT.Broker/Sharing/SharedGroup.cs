using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Sessions;

namespace MtlSplit.IoT.Broker.Sharing;

/// <summary>
/// The members of one shared subscription and the messages that wait for any of them. A message belongs to the group until a
/// member acknowledges it: members only borrow. Not thread-safe.
/// </summary>
internal sealed class SharedGroup(string name, string filter)
{
    private readonly Queue<GroupEntry> _fresh = new();

    // Whatever comes back was handed out from the front, so all of it is older than all that is fresh.
    private readonly PriorityQueue<GroupEntry, long> _returned = new();
    private readonly List<Subscription> _members = [];
    private long _sequence;
    private int _next;

    public string Name { get; } = name;

    public string Filter { get; } = filter;

    public IReadOnlyList<Subscription> Members => _members;

    /// <summary>Bytes of the messages that wait.</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>Bytes of the messages that members hold unacknowledged.</summary>
    public long HeldBytes { get; private set; }

    public int WaitingCount => _fresh.Count + _returned.Count;

    public long Expired { get; set; }

    public long ExpiredBytes { get; set; }

    public long ExpiredReported { get; set; }

    /// <summary>The group has lost its last member and is gone; what still comes back has nobody to go to.</summary>
    public bool Retired { get; set; }

    public void Join(Subscription member) => _members.Add(member);

    public void Leave(Subscription member) => _members.Remove(member);

    public void Enqueue(Message message, long now)
    {
        _fresh.Enqueue(new GroupEntry(message, ++_sequence, now, Redelivered: false));
        WaitingBytes += message.Size;
    }

    /// <summary>A member gives a message back unacknowledged.</summary>
    public void Return(GroupEntry entry)
    {
        HeldBytes -= entry.Message.Size;
        WaitingBytes += entry.Message.Size;
        _returned.Enqueue(entry with { Redelivered = true }, entry.Sequence);
    }

    public bool TryPeek(out GroupEntry entry) => _returned.TryPeek(out entry, out _) || _fresh.TryPeek(out entry);

    /// <summary>Takes the oldest waiting message out of the group.</summary>
    public GroupEntry Take()
    {
        var entry = _returned.Count > 0 ? _returned.Dequeue() : _fresh.Dequeue();
        WaitingBytes -= entry.Message.Size;
        return entry;
    }

    /// <summary>A member has been given a message to hold.</summary>
    public void Hold(GroupEntry entry) => HeldBytes += entry.Message.Size;

    /// <summary>A member has acknowledged a message.</summary>
    public void Settle(GroupEntry entry) => HeldBytes -= entry.Message.Size;

    /// <summary>
    /// The connected member that can take a message now and has the most free credit; members with equal credit take turns. Null
    /// when every member is gone, busy or not reading.
    /// </summary>
    public Subscription? Choose(byte qos)
    {
        Subscription? best = null;
        var bestCredit = int.MinValue;
        var count = _members.Count;
        var chosen = 0;
        for (var i = 0; i < count; i++)
        {
            var index = (_next + i) % count;
            var member = _members[index];
            if (member.Session.Link is not { } link)
            {
                continue;
            }

            var credit = member.Session.FreeCredit;
            if (credit > bestCredit && (credit > 0 || Math.Min(qos, member.MaxQos) == 0) && link.HasRoom)
            {
                best = member;
                bestCredit = credit;
                chosen = index;
            }
        }

        if (best is not null)
        {
            _next = (chosen + 1) % count;
        }

        return best;
    }
}
