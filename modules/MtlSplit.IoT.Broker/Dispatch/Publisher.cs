using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Routing;
using MtlSplit.IoT.Broker.Sessions;

namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>Takes a published message in: budget, retained store, everyone it goes to. Not thread-safe.</summary>
internal sealed class Publisher(BrokerOptions options, Clock clock, Ledger ledger, RoutingTable routing, Courier courier, RetainedStore retained, SessionBook sessions)
{
    /// <summary>Publishes for a session, or for the broker itself where there is none. Returns the reason code for the publisher.</summary>
    public byte Publish(Message message, Session? from)
    {
        if (message.ExpirySeconds is { } seconds)
        {
            message.ExpiresAt = clock.Now + seconds * 1000L;
        }

        if (!MakeRoom(message) || (message.Retain && !Retain(message)))
        {
            ledger.Refused++;
            return Reason.QuotaExceeded;
        }

        var route = routing.Find(message.Topic);
        foreach (var group in route.Groups)
        {
            courier.Offer(group, message);
        }

        foreach (var target in route.Plain)
        {
            if (!target.NoLocal || target.Session != from)
            {
                courier.Offer(target.Session, new WaitingMessage(message, Math.Min(message.Qos, target.MaxQos), message.Retain && target.RetainAsPublished, false, target.Identifiers));
            }
        }

        if (route.Groups.Length > 0 || route.Plain.Length > 0)
        {
            return Reason.Success;
        }

        ledger.NoSubscriber += from is null ? 0 : 1;
        return Reason.NoMatchingSubscribers;
    }

    public void ExpireRetained()
    {
        foreach (var message in retained.TakeExpired(clock.Now))
        {
            ledger.MessageExpired++;
            ledger.Release(message);
        }
    }

    /// <summary>Keeps the total budget: the fullest observers' queues give way first; only then is the message refused.</summary>
    private bool MakeRoom(Message message)
    {
        while (ledger.KeptBytes + message.Size > options.TotalMaxBytes)
        {
            var fullest = sessions.All.MaxBy(session => session.WaitingBytes);
            if (fullest is null or { WaitingBytes: 0 })
            {
                return false;
            }

            for (var left = (fullest.Waiting.Count + 1) / 2; left > 0; left--)
            {
                courier.DropOldest(fullest);
            }
        }

        return true;
    }

    private bool Retain(Message message)
    {
        if (message.Payload.Length == 0)
        {
            if (retained.Remove(message.Topic.Name) is { } removed)
            {
                ledger.Release(removed);
            }

            return true;
        }

        if (retained.Count >= options.MaxRetained && !retained.Contains(message.Topic.Name))
        {
            return false;
        }

        ledger.Hold(message);
        if (retained.Put(message) is { } replaced)
        {
            ledger.Release(replaced);
        }

        return true;
    }
}
