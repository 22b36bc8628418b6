using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Broker.Routing;
using MtlSplit.IoT.Broker.Sessions;

namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>Every session there is, by client identifier. Not thread-safe.</summary>
internal sealed class SessionBook(BrokerOptions options, Clock clock, Courier courier, RoutingTable routing)
{
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private long _fresh;

    public int Count => _sessions.Count;

    public IReadOnlyCollection<Session> All => _sessions.Values;

    public Session? Find(string clientId) => _sessions.GetValueOrDefault(clientId);

    /// <summary>An identifier for a client that brought none.</summary>
    public string FreshId()
    {
        string id;
        do
        {
            id = $"client-{++_fresh}";
        }
        while (_sessions.ContainsKey(id));

        return id;
    }

    public Session Open(string clientId, Principal owner)
    {
        var session = new Session(clientId, owner) { LastHeard = clock.Now, Credit = options.MaxInflight };
        _sessions.Add(clientId, session);
        return session;
    }

    /// <summary>Ends a session that has no connection: its subscriptions, queue and unacknowledged messages go.</summary>
    public void End(Session session)
    {
        _sessions.Remove(session.ClientId);
        foreach (var subscription in session.Subscriptions.Values)
        {
            if (routing.Remove(subscription) is { } orphaned)
            {
                courier.Abandon(orphaned);
            }
        }

        session.Subscriptions.Clear();
        courier.Discard(session);
    }
}
