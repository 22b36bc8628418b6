using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Broker.Dispatch;
using MtlSplit.IoT.Mqtt.Packets;
using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Broker.Listening;

/// <summary>Runs the dispatcher under one lock: a batch of packets at a time in, one flush for each connection that was written to out. Thread-safe.</summary>
internal sealed class DispatchHost(BrokerOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dispatcher _dispatcher = new(options, time);
    private readonly Gate _gate = new(options);
    private readonly HashSet<ClientConnection> _connections = [];
    private List<ClientConnection> _dirty = [];
    private List<ClientConnection>? _spare;

    public long Timestamp => time.GetTimestamp();

    public Ledger Ledger => _dispatcher.Ledger;

    public bool TryAdd(ClientConnection connection)
    {
        lock (_lock)
        {
            return _connections.Count < options.MaxConnections && _connections.Add(connection);
        }
    }

    /// <summary>Handles what one read of a connection brought, and a fault behind it where there is one.</summary>
    public void Handle(ClientConnection connection, List<ClientPacket> batch, PacketFault fault)
    {
        List<ClientConnection> flush;
        lock (_lock)
        {
            _dispatcher.Refresh();
            foreach (var packet in batch)
            {
                if (packet.Connect is { } connect)
                {
                    Connect(connection, connect);
                }
                else
                {
                    _dispatcher.Handle(connection, packet);
                }
            }

            if (fault.Reason != Reason.Success)
            {
                if (batch.Count == 0 && connection.Session is null && connection.ClaimedVersion != ProtocolVersion.None)
                {
                    connection.ConnAck(new ConnAck { Reason = fault.Reason, Why = fault.What });
                }

                _dispatcher.Break(connection, fault.Reason, fault.What);
            }

            flush = TakeDirty();
        }

        Flush(flush);
    }

    /// <summary>The connection can take more after it could not.</summary>
    public void Resume(ClientConnection connection)
    {
        List<ClientConnection> flush;
        lock (_lock)
        {
            _dispatcher.Refresh();
            _dispatcher.Resume(connection);
            flush = TakeDirty();
        }

        Flush(flush);
    }

    /// <summary>The connection has ended.</summary>
    public void Remove(ClientConnection connection)
    {
        List<ClientConnection> flush;
        lock (_lock)
        {
            _connections.Remove(connection);
            _dispatcher.Refresh();
            _dispatcher.Lose(connection, withWill: true);
            flush = TakeDirty();
        }

        Flush(flush);
    }

    /// <summary>Does what time asks for, and cuts connections that never said CONNECT or do not end after they were told to.</summary>
    public void Tick()
    {
        List<ClientConnection> flush;
        var cut = new List<ClientConnection>();
        lock (_lock)
        {
            _dispatcher.Tick();
            foreach (var connection in _connections)
            {
                var overdue = connection.ClosingSince != 0
                    ? time.GetElapsedTime(connection.ClosingSince) > TimeSpan.FromSeconds(2)
                    : connection.Session is null && time.GetElapsedTime(connection.Since) > options.ConnectTimeout;
                if (overdue)
                {
                    cut.Add(connection);
                }
            }

            flush = TakeDirty();
        }

        Flush(flush);
        foreach (var connection in cut)
        {
            connection.Cut();
        }
    }

    /// <summary>Tells every client that the broker shuts down. Wills are not published: nobody died.</summary>
    public void ShutDown()
    {
        List<ClientConnection> flush;
        lock (_lock)
        {
            foreach (var connection in _connections)
            {
                _dispatcher.Lose(connection, withWill: false);
                connection.Close(Reason.ShuttingDown, "the broker shuts down");
            }

            flush = TakeDirty();
        }

        Flush(flush);
    }

    public void CutAll()
    {
        ClientConnection[] all;
        lock (_lock)
        {
            all = [.. _connections];
        }

        foreach (var connection in all)
        {
            connection.Cut();
        }
    }

    public BrokerStatistics Read()
    {
        lock (_lock)
        {
            return StatisticsReader.Read(_dispatcher);
        }
    }

    /// <summary>Called under the lock by whoever writes to a connection.</summary>
    public void MarkDirty(ClientConnection connection)
    {
        if (!connection.Dirty)
        {
            connection.Dirty = true;
            _dirty.Add(connection);
        }
    }

    /// <summary>Logs that the broker closes a connection; returns the time of it.</summary>
    public long NoteClosing(ClientConnection connection, byte reason, string? why)
    {
        if (reason != Reason.Success && why is not null)
        {
            Log.Closing(logger, connection.Remote, reason, why);
        }

        return Math.Max(1, time.GetTimestamp());
    }

    private void Connect(ClientConnection connection, ConnectPacket connect)
    {
        if (_gate.Admit(connect, connection.Certified) is { } who)
        {
            _dispatcher.Connect(connection, connect, who);
            return;
        }

        _dispatcher.Ledger.Unauthorised++;
        Log.Refused(logger, connection.Remote, connect.UserName ?? "");
        connection.ConnAck(new ConnAck { Reason = Reason.BadUserNameOrPassword });
        connection.Close(Reason.BadUserNameOrPassword, null);
    }

    private List<ClientConnection> TakeDirty()
    {
        var taken = _dirty;
        foreach (var connection in taken)
        {
            connection.Dirty = false;
        }

        _dirty = Interlocked.Exchange(ref _spare, null) ?? [];
        return taken;
    }

    private void Flush(List<ClientConnection> connections)
    {
        foreach (var connection in connections)
        {
            connection.Flush();
        }

        connections.Clear();
        Interlocked.Exchange(ref _spare, connections);
    }
}
