using System.Diagnostics.CodeAnalysis;
using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.HubGateway.Sessions;

/// <summary>The sessions of all clients, connected and remembered. Thread-safe.</summary>
internal sealed class SessionBook(int maxRemembered, Ledger ledger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<HubIdentity, HubSession> _sessions = [];
    private readonly LinkedList<HubSession> _remembered = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    public bool TryFind(HubIdentity identity, [NotNullWhen(true)] out HubSession? session)
    {
        lock (_gate)
        {
            return _sessions.TryGetValue(identity, out session);
        }
    }

    /// <summary>Finds or makes the session of a client that connects. The older connection is to be ended by the caller, then entered.</summary>
    public HubSession Claim(HubIdentity identity, ClientConnection newcomer, out ClientConnection? older)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(identity, out var session))
            {
                session = new HubSession(identity);
                _sessions.Add(identity, session);
            }

            if (session.Remembered is { } place)
            {
                _remembered.Remove(place);
                session.Remembered = null;
            }

            older = session.Latest;
            session.Latest = newcomer;
            return session;
        }
    }

    /// <summary>A connection has ended, or never came in. The last one's session is remembered or dropped.</summary>
    public void Release(HubSession session, ClientConnection connection)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(session.Latest, connection))
            {
                return;
            }

            session.Latest = null;
            if (session.Persistent)
            {
                Remember(session);
            }
            else
            {
                _sessions.Remove(session.Identity);
            }
        }
    }

    /// <summary>What all clients that asked to be remembered have subscribed to.</summary>
    public IReadOnlyList<SessionSubscriptions> Export()
    {
        lock (_gate)
        {
            return [.. _sessions.Values.Where(session => session.Persistent).Select(session => session.Read())];
        }
    }

    /// <summary>Remembers a session; a client that the book knows already is left as it is.</summary>
    public void Import(SessionSubscriptions subscriptions)
    {
        lock (_gate)
        {
            if (_sessions.ContainsKey(subscriptions.Identity))
            {
                return;
            }

            var session = new HubSession(subscriptions.Identity);
            session.Restore(subscriptions);
            _sessions.Add(session.Identity, session);
            Remember(session);
        }
    }

    /// <summary>Forgets the session of a client; one that is connected is forgotten when it leaves.</summary>
    public void Forget(HubIdentity identity)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(identity, out var session))
            {
                session.Open(clean: true, out _);
                if (session.Remembered is { } place)
                {
                    _remembered.Remove(place);
                    _sessions.Remove(identity);
                }
            }
        }
    }

    private void Remember(HubSession session)
    {
        session.Remembered = _remembered.AddLast(session);
        while (_remembered.Count > maxRemembered)
        {
            _sessions.Remove(_remembered.First!.Value.Identity);
            _remembered.First.Value.Remembered = null;
            _remembered.RemoveFirst();
            ledger.Count(Tally.SessionsForgotten);
        }
    }
}
