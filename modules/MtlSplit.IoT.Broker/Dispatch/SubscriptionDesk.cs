using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Routing;
using MtlSplit.IoT.Broker.Sessions;

namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>Answers SUBSCRIBE and UNSUBSCRIBE, filter by filter. Not thread-safe.</summary>
internal sealed class SubscriptionDesk(BrokerOptions options, Ledger ledger, RoutingTable routing, Courier courier, RetainedStore retained, Clock clock)
{
    /// <summary>False where the packet breaks the protocol and the connection must end.</summary>
    public bool Subscribe(Session session, ILink link, ushort id, FilterRequest[] requests, uint identifier)
    {
        if (requests.Any(request => request.NoLocal && request.Filter.StartsWith("$share/", StringComparison.Ordinal)))
        {
            return false;
        }

        var reasons = new byte[requests.Length];
        var send = new List<Subscription>();
        for (var i = 0; i < requests.Length; i++)
        {
            var request = requests[i];
            reasons[i] = Judge(session, request, out var filter);
            if (reasons[i] >= Reason.Unspecified)
            {
                continue;
            }

            var made = new Subscription(session, filter.Group, filter.Filter)
            {
                MaxQos = reasons[i],
                NoLocal = request.NoLocal,
                RetainAsPublished = request.RetainAsPublished,
                Identifier = identifier,
            };
            session.Subscriptions.Remove(request.Filter, out var old);
            session.Subscriptions[request.Filter] = made;

            // The new one joins before the old one leaves, so that a group never loses its last member over a renewal.
            routing.Add(made);
            if (old is not null)
            {
                routing.Remove(old);
            }

            if (filter.Group is null && (request.RetainHandling == 0 || (request.RetainHandling == 1 && old is null)))
            {
                send.Add(made);
            }
        }

        link.SubAck(id, reasons);
        foreach (var made in send)
        {
            foreach (var message in retained.Matching(made.Filter))
            {
                if (message.ExpiresAt > clock.Now)
                {
                    courier.Offer(session, new WaitingMessage(message, Math.Min(message.Qos, made.MaxQos), Retain: true, Duplicate: false, made.Identifiers));
                }
            }
        }

        courier.Pump(session);
        return true;
    }

    public void Unsubscribe(Session session, ILink link, ushort id, FilterRequest[] requests)
    {
        var reasons = new byte[requests.Length];
        for (var i = 0; i < requests.Length; i++)
        {
            if (!session.Subscriptions.Remove(requests[i].Filter, out var subscription))
            {
                reasons[i] = Reason.NoSubscriptionExisted;
            }
            else if (routing.Remove(subscription) is { } orphaned)
            {
                courier.Abandon(orphaned);
            }
        }

        link.UnsubAck(id, reasons);
    }

    private byte Judge(Session session, FilterRequest request, out TopicFilter filter)
    {
        if (!TopicFilter.TryParse(request.Filter, out filter))
        {
            return Reason.FilterInvalid;
        }

        if (!AccessRules.MaySubscribe(session.Owner, filter.Group, filter.Filter))
        {
            ledger.Unauthorised++;
            return Reason.NotAuthorised;
        }

        return session.Subscriptions.Count >= options.MaxSubscriptions && !session.Subscriptions.ContainsKey(request.Filter)
            ? Reason.QuotaExceeded
            : Math.Min(request.Qos, (byte)1);
    }
}
