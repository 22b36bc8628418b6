using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Sessions;
using MtlSplit.IoT.Broker.Sharing;

namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>
/// Brings messages to sessions and groups within their credit and bounds, and takes acknowledgements back. Not thread-safe: the
/// dispatcher calls it under its lock.
/// </summary>
internal sealed class Courier(BrokerOptions options, Clock clock, Ledger ledger)
{
    private readonly long _groupMaxAge = (long)options.GroupMaxAge.TotalMilliseconds;

    /// <summary>Gives a message to a plain subscriber: at once if it can take it, else into its own bounded queue.</summary>
    public void Offer(Session session, WaitingMessage waiting)
    {
        if (session.Link is { } link && session.Waiting.Count == 0 && (waiting.Qos == 0 || session.FreeCredit > 0) && link.HasRoom)
        {
            Send(session, link, waiting);
            return;
        }

        if (session.Link is null && waiting.Qos == 0)
        {
            return;
        }

        ledger.Hold(waiting.Message);
        session.Enqueue(waiting);
        while (session.WaitingBytes > options.ObserverMaxBytes || session.Waiting.Count > options.ObserverMaxMessages)
        {
            DropOldest(session);
        }
    }

    /// <summary>Gives a message to a shared group; what then is over the group's bound expires, oldest first.</summary>
    public void Offer(SharedGroup group, Message message)
    {
        ledger.Hold(message);
        group.Enqueue(message, clock.Now);
        Pump(group);
        while (group.WaitingBytes + group.HeldBytes > options.GroupMaxBytes && group.WaitingCount > 0)
        {
            Expire(group, group.Take());
        }
    }

    /// <summary>Sends a session what it can take, its own queue first, then of its groups.</summary>
    public void Pump(Session session)
    {
        while (session.Link is { } link && session.TryPeek(out var waiting) && (waiting.Qos == 0 || session.FreeCredit > 0) && link.HasRoom)
        {
            session.Dequeue();
            Send(session, link, waiting);
            ledger.Release(waiting.Message);
        }

        foreach (var subscription in session.Subscriptions.Values)
        {
            if (subscription.Group is { WaitingCount: > 0 } group)
            {
                Pump(group);
            }
        }
    }

    /// <summary>Hands a group's waiting messages out while any member can take one.</summary>
    public void Pump(SharedGroup group)
    {
        while (group.TryPeek(out var entry))
        {
            if (entry.Message.ExpiresAt <= clock.Now)
            {
                ledger.Release(group.Take().Message);
                ledger.MessageExpired++;
                continue;
            }

            if (group.Choose(entry.Message.Qos) is not { } member)
            {
                return;
            }

            group.Take();
            Send(group, member, entry);
        }
    }

    /// <summary>A client has acknowledged a packet. Unknown identifiers are those of messages that have moved on: nothing to do.</summary>
    public void Acknowledge(Session session, ushort id)
    {
        if (!session.Unacknowledged.Remove(id, out var inflight))
        {
            return;
        }

        ledger.Acknowledged++;
        if (inflight.Group is { } group)
        {
            group.Settle(inflight.Entry);
            session.NoteAcknowledged();
        }

        ledger.Release(inflight.Message);
        Pump(session);
    }

    /// <summary>
    /// Takes the messages of shared groups back from a session that has lost its connection: they go to other members and are never
    /// sent again as the session's own.
    /// </summary>
    public void Recall(Session session)
    {
        var groups = new HashSet<SharedGroup>();
        foreach (var (id, inflight) in session.Unacknowledged)
        {
            if (inflight.Group is not { } group)
            {
                continue;
            }

            session.Unacknowledged.Remove(id);
            if (group.Retired)
            {
                ledger.Abandoned++;
                ledger.Release(inflight.Message);
                continue;
            }

            ledger.Moved++;
            group.Return(inflight.Entry);
            groups.Add(group);
        }

        foreach (var group in groups)
        {
            Pump(group);
        }
    }

    /// <summary>Sends a resumed session's own unacknowledged messages again, with their old identifiers; more than its credit wait.</summary>
    public void Resend(Session session, ILink link)
    {
        var all = session.Unacknowledged.OrderBy(pair => pair.Value.Order).ToArray();
        foreach (var (id, inflight) in all.Take(session.Credit))
        {
            Write(session, link, new Delivery(inflight.Message, id, 1, inflight.Retain, Duplicate: true, inflight.Identifiers));
        }

        foreach (var (id, inflight) in all.Skip(session.Credit).Reverse())
        {
            session.Unacknowledged.Remove(id);
            session.PutBack(new WaitingMessage(inflight.Message, 1, inflight.Retain, Duplicate: true, inflight.Identifiers));
        }
    }

    /// <summary>Expires what has waited in a group for too long.</summary>
    public void ExpireOld(SharedGroup group)
    {
        while (group.TryPeek(out var entry) && clock.Now - entry.EnqueuedAt >= _groupMaxAge)
        {
            Expire(group, group.Take());
        }
    }

    /// <summary>Discards what waits in a group that has no member left.</summary>
    public void Abandon(SharedGroup group)
    {
        group.Retired = true;
        while (group.TryPeek(out _))
        {
            ledger.Abandoned++;
            ledger.Release(group.Take().Message);
        }
    }

    /// <summary>Discards everything that a session keeps; its groups' messages have been recalled before.</summary>
    public void Discard(Session session)
    {
        while (session.TryPeek(out _))
        {
            ledger.Release(session.Dequeue().Message);
        }

        foreach (var inflight in session.Unacknowledged.Values)
        {
            ledger.Release(inflight.Message);
        }

        session.Unacknowledged.Clear();
    }

    public void DropOldest(Session session)
    {
        ledger.Release(session.Dequeue().Message);
        session.Dropped++;
        ledger.ObserverDropped++;
    }

    private void Expire(SharedGroup group, GroupEntry entry)
    {
        group.Expired++;
        group.ExpiredBytes += entry.Message.Size;
        ledger.GroupExpired++;
        ledger.Release(entry.Message);
    }

    private void Send(Session session, ILink link, in WaitingMessage waiting)
    {
        var id = waiting.Qos > 0 ? session.TakeId() : (ushort)0;
        if (!Write(session, link, new Delivery(waiting.Message, id, waiting.Qos, waiting.Retain, waiting.Duplicate, waiting.Identifiers)) || waiting.Qos == 0)
        {
            return;
        }

        ledger.Hold(waiting.Message);
        session.Unacknowledged[id] = new Inflight(waiting.Message, null, default, clock.Now, session.TakeOrder(), waiting.Retain, waiting.Identifiers);
    }

    private void Send(SharedGroup group, Subscription member, in GroupEntry entry)
    {
        var session = member.Session;
        var qos = Math.Min(entry.Message.Qos, member.MaxQos);
        var id = qos > 0 ? session.TakeId() : (ushort)0;
        var retain = member.RetainAsPublished && entry.Message.Retain;
        if (!Write(session, session.Link!, new Delivery(entry.Message, id, qos, retain, entry.Redelivered && qos > 0, member.Identifiers)) || qos == 0)
        {
            ledger.Release(entry.Message);
            return;
        }

        group.Hold(entry);
        session.Unacknowledged[id] = new Inflight(entry.Message, group, entry, clock.Now, session.TakeOrder(), retain, member.Identifiers);
    }

    /// <summary>Writes to the connection; false where the message has expired or is larger than the client takes.</summary>
    private bool Write(Session session, ILink link, in Delivery delivery)
    {
        uint? expiry = null;
        if (delivery.Message.ExpiresAt != long.MaxValue)
        {
            var left = delivery.Message.ExpiresAt - clock.Now;
            if (left <= 0 && !delivery.Duplicate)
            {
                ledger.MessageExpired++;
                return false;
            }

            expiry = (uint)Math.Max(1, (left + 999) / 1000);
        }

        if (session.MaximumPacketSize != uint.MaxValue && PacketEncoder.PublishLength(session.Version, delivery, expiry) > session.MaximumPacketSize)
        {
            ledger.TooLarge++;
            return false;
        }

        ledger.Sent++;
        link.Publish(delivery, expiry);
        return true;
    }
}
