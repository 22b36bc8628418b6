using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Routing;
using MtlSplit.IoT.Broker.Sessions;

namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>
/// The broker without its sockets: sessions, routing, groups, retained messages and wills, driven by packets and by time. Not
/// thread-safe: the host calls it under one lock. Nothing here blocks.
/// </summary>
internal sealed class Dispatcher
{
    private readonly BrokerOptions _options;
    private readonly Clock _clock;
    private readonly RoutingTable _routing = new();
    private readonly Courier _courier;
    private readonly Publisher _publisher;
    private readonly SubscriptionDesk _desk;
    private readonly SessionBook _sessions;
    private readonly Announcer _announcer;
    private readonly Ledger _ledger = new();
    private long _announcedAt;

    public Dispatcher(BrokerOptions options, TimeProvider time)
    {
        _options = options;
        _clock = new Clock(time);
        var retained = new RetainedStore();
        Retained = retained;
        _courier = new Courier(options, _clock, _ledger);
        _sessions = new SessionBook(options, _clock, _courier, _routing);
        _publisher = new Publisher(options, _clock, _ledger, _routing, _courier, retained, _sessions);
        _desk = new SubscriptionDesk(options, _ledger, _routing, _courier, retained, _clock);
        _announcer = new Announcer(_publisher, _ledger, _routing, _sessions);
    }

    public Ledger Ledger => _ledger;

    public RoutingTable Routing => _routing;

    public SessionBook Sessions => _sessions;

    public RetainedStore Retained { get; }

    /// <summary>Reads the time; called before each batch.</summary>
    public void Refresh() => _clock.Refresh();

    /// <summary>A client has been let in. Answers with CONNACK and sends what waits for it.</summary>
    public void Connect(ILink link, ConnectPacket connect, Principal who)
    {
        var refusal = Refusal(connect, who, out var clientId);
        if (refusal is not null)
        {
            _ledger.Unauthorised += refusal.Reason == Reason.NotAuthorised ? 1 : 0;
            link.ConnAck(refusal);
            link.Close(refusal.Reason, null);
            return;
        }

        var existing = _sessions.Find(clientId);
        if (existing?.Link is { } old)
        {
            Lose(old, withWill: true);
            old.Close(Reason.SessionTakenOver, "another connection has taken the session over");
            existing = _sessions.Find(clientId);
        }

        if (existing is not null && connect.CleanStart)
        {
            PublishWill(existing);
            _sessions.End(existing);
            existing = null;
        }

        var session = existing ?? _sessions.Open(clientId, who);
        var granted = Math.Min(connect.SessionExpiry, (uint)Math.Min(_options.MaxSessionExpiry.TotalSeconds, uint.MaxValue - 1));
        session.Link = link;
        link.Session = session;
        session.Version = connect.Version;
        session.MaximumPacketSize = connect.MaximumPacketSize;
        session.ExpirySeconds = granted;
        session.EndsAt = long.MaxValue;
        session.WillDueAt = long.MaxValue;
        session.Will = connect.Will;
        session.WillDelay = connect.WillDelay;
        session.KeepAliveLimit = connect.KeepAlive * 1500L;
        session.LastHeard = _clock.Now;
        session.Credit = connect.Version == ProtocolVersion.Mqtt5 ? Math.Min(connect.ReceiveMaximum, _options.MaxInflight) : _options.Inflight311;
        link.ConnAck(new ConnAck
        {
            Reason = Reason.Success,
            SessionPresent = existing is not null,
            AssignedClientId = connect.ClientId.Length == 0 ? clientId : null,
            SessionExpiry = granted == connect.SessionExpiry ? null : granted,
            ReceiveMaximum = ushort.MaxValue,
            MaximumPacketSize = (uint)_options.MaxPacketBytes,
        });
        _courier.Resend(session, link);
        _courier.Pump(session);
    }

    /// <summary>Handles any packet but CONNECT. Packets of a connection that has lost its session meanwhile are ignored.</summary>
    public void Handle(ILink link, in ClientPacket packet)
    {
        if (link.Session is not { } session)
        {
            return;
        }

        session.LastHeard = _clock.Now;
        switch (packet.Kind)
        {
            case PacketKind.Publish:
                Publish(link, session, packet.Id, packet.Message!);
                break;
            case PacketKind.PubAck:
                _courier.Acknowledge(session, packet.Id);
                break;
            case PacketKind.Subscribe:
                if (!_desk.Subscribe(session, link, packet.Id, packet.Filters!, packet.Number ?? 0))
                {
                    Break(link, Reason.ProtocolError, "a shared subscription may not ask for no-local");
                }

                break;
            case PacketKind.Unsubscribe:
                _desk.Unsubscribe(session, link, packet.Id, packet.Filters!);
                break;
            case PacketKind.PingReq:
                link.PingResp();
                break;
            case PacketKind.Disconnect:
                Leave(link, session, packet);
                break;
        }
    }

    /// <summary>The connection has room again after it had none.</summary>
    public void Resume(ILink link)
    {
        if (link.Session is { } session)
        {
            _courier.Pump(session);
        }
    }

    /// <summary>The connection has ended, however. Safe to call more than once.</summary>
    public void Lose(ILink link, bool withWill)
    {
        if (link.Session is not { } session)
        {
            return;
        }

        link.Session = null;
        session.Link = null;
        _courier.Recall(session);
        if (!withWill)
        {
            session.Will = null;
        }

        if (session.ExpirySeconds == 0)
        {
            PublishWill(session);
            _sessions.End(session);
            return;
        }

        session.EndsAt = _clock.Now + session.ExpirySeconds * 1000L;
        session.WillDueAt = session.Will is null ? long.MaxValue : Math.Min(_clock.Now + session.WillDelay * 1000L, session.EndsAt);
        if (session.WillDueAt <= _clock.Now)
        {
            PublishWill(session);
        }
    }

    /// <summary>Ends a connection that broke a rule; its will is published.</summary>
    public void Break(ILink link, byte reason, string why)
    {
        _ledger.Faults++;
        Lose(link, withWill: true);
        link.Close(reason, why);
    }

    /// <summary>Does what is due: silent clients, held messages, old messages, wills, ended sessions, announcements. Called a few times a second.</summary>
    public void Tick()
    {
        _clock.Refresh();
        foreach (var session in _sessions.All.ToArray())
        {
            if (session.Link is { } link)
            {
                CheckConnected(session, link);
            }
            else if (session.EndsAt <= _clock.Now)
            {
                PublishWill(session);
                _sessions.End(session);
            }
            else if (session.WillDueAt <= _clock.Now)
            {
                PublishWill(session);
            }
        }

        foreach (var group in _routing.Groups)
        {
            _courier.ExpireOld(group);
        }

        _publisher.ExpireRetained();
        if (_clock.Now - _announcedAt >= 1000)
        {
            _announcedAt = _clock.Now;
            _announcer.Announce();
        }
    }

    private void CheckConnected(Session session, ILink link)
    {
        if (session.KeepAliveLimit > 0 && _clock.Now - session.LastHeard > session.KeepAliveLimit)
        {
            Lose(link, withWill: true);
            link.Close(Reason.KeepAliveTimeout, "nothing heard for one and a half keep-alive intervals");
            return;
        }

        var limit = (long)_options.HoldLimit.TotalMilliseconds;
        foreach (var inflight in session.Unacknowledged.Values)
        {
            if (inflight.Group is { } group && _clock.Now - inflight.SentAt > limit)
            {
                _ledger.HoldDisconnects++;
                session.PutOnProbation();
                Lose(link, withWill: true);
                link.Close(Reason.AdministrativeAction, $"a message of group {group.Name} was held for more than {limit} ms");
                return;
            }
        }
    }

    private ConnAck? Refusal(ConnectPacket connect, Principal who, out string clientId)
    {
        clientId = connect.ClientId;
        if (clientId.Length == 0)
        {
            if (connect is { Version: ProtocolVersion.Mqtt311, CleanStart: false })
            {
                return Refuse(Reason.ClientIdInvalid, "a session to keep needs a client identifier");
            }

            clientId = _sessions.FreshId();
        }

        var existing = _sessions.Find(clientId);
        if (existing is not null && existing.Owner != who)
        {
            return Refuse(Reason.NotAuthorised, "the client identifier belongs to another user");
        }

        if (existing is null && _sessions.Count >= _options.MaxSessions)
        {
            return Refuse(Reason.ServerBusy, "the broker keeps as many sessions as it may");
        }

        return connect.Will is { } will && !AccessRules.MayPublish(who, will)
            ? Refuse(Reason.NotAuthorised, "the will's topic is not this client's to publish on")
            : null;
    }

    private static ConnAck Refuse(byte reason, string why) => new() { Reason = reason, Why = why };

    private void Publish(ILink link, Session session, ushort id, Message message)
    {
        _ledger.Received++;
        byte reason;
        if (AccessRules.MayPublish(session.Owner, message))
        {
            reason = _publisher.Publish(message, session);
        }
        else
        {
            _ledger.Unauthorised++;
            reason = Reason.NotAuthorised;
        }

        if (message.Qos == 0)
        {
            return;
        }

        if (reason >= Reason.Unspecified && session.Version != ProtocolVersion.Mqtt5)
        {
            // A 3.1.1 PUBACK cannot say no, and must not say yes: the client keeps the message and finds the connection closed.
            Lose(link, withWill: true);
            link.Close(reason, null);
            return;
        }

        link.PubAck(id, reason);
    }

    private void Leave(ILink link, Session session, in ClientPacket packet)
    {
        if (packet.Number is { } expiry)
        {
            if (session.ExpirySeconds == 0 && expiry > 0)
            {
                Break(link, Reason.ProtocolError, "DISCONNECT may not give an ended session a life");
                return;
            }

            session.ExpirySeconds = Math.Min(expiry, (uint)Math.Min(_options.MaxSessionExpiry.TotalSeconds, uint.MaxValue - 1));
        }

        Lose(link, withWill: packet.Code == Reason.DisconnectWithWill);
        link.Close(Reason.Success, null);
    }

    private void PublishWill(Session session)
    {
        if (session.Will is { } will)
        {
            session.Will = null;
            session.WillDueAt = long.MaxValue;
            _publisher.Publish(will, session);
        }
    }
}
