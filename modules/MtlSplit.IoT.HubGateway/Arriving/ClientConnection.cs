using MtlSplit.IoT.HubGateway.Admitting;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubGateway.Delivering;
using MtlSplit.IoT.HubGateway.Sessions;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>
/// One client's connection from CONNECT to its end. One loop reads and handles packets, a second brings the backlog to the backend, so that a
/// slow backend delays neither acknowledgements from the client nor its pings until the backlog is full.
/// </summary>
internal sealed class ClientConnection : IDisposable
{
    private readonly Transport _transport;
    private readonly Switchboard _board;
    private readonly PacketSource _source;
    private readonly Outbox _outbox;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _endGate = new();
    private readonly CancellationTokenSource _reading = new();
    private readonly CancellationTokenSource _working = new();
    private Ending? _ending;
    private HubSession? _session;
    private Vigil? _vigil;
    private bool _disposed;

    public ClientConnection(Transport transport, Switchboard board)
    {
        _transport = transport;
        _board = board;
        var options = board.Options;
        _source = new PacketSource(transport, options.MaxMessageBytes);
        _outbox = new Outbox(transport.Stream, options.MaxOutputBytes, board.Time, (stalled, why) => End(stalled ? EndKind.Stalled : EndKind.Lost, why));
        Backlog = new Backlog(options.MaxPendingBytes);
        Inputs = new InputCourier(this, options, board.Time, board.Ledger, board.Logger);
    }

    /// <summary>Ends when the connection has, and the backend knows.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether it is on its way out: its client, which has another one by now or none, would not hear what is sent here.</summary>
    public bool IsEnding => Volatile.Read(ref _ending) is not null;

    /// <summary>What waits for the backend.</summary>
    public Backlog Backlog { get; }

    /// <summary>Messages to the inputs of the module behind this connection.</summary>
    public InputCourier Inputs { get; }

    /// <summary>The QoS that the client has subscribed to a kind of message with; null where it has not.</summary>
    public byte? QosOf(HubFilterKind kind) => _session?.QosOf(kind);

    /// <summary>Sends a message with QoS 0; false where the connection has ended.</summary>
    public bool Send(string topic, byte[] body) =>
        Send(new Delivery(new Message(new Topic(topic), body, [], 0, retain: false, null), 0, 0, false, false, []));

    /// <summary>Sends a message; false where the connection has ended.</summary>
    public bool Send(in Delivery delivery) => Write(delivery, static (output, delivery) => PacketEncoder.Publish(output, ProtocolVersion.Mqtt311, delivery, null));

    /// <summary>Sends a packet; false where the connection has ended.</summary>
    public bool Write<T>(T state, Action<OutputBuffer, T> write) => _outbox.TryWrite(state, write);

    /// <summary>Answers CONNECT.</summary>
    public void Answer(byte reason, bool present) => Write(
        (Version: _source.Claimed, Answer: new ConnAck { Reason = reason, SessionPresent = present }),
        static (output, state) => PacketEncoder.ConnAck(output, state.Version, state.Answer));

    /// <summary>Ends the connection, for the first reason that is given. Returns at once; never throws.</summary>
    public void End(EndKind kind, string reason)
    {
        lock (_endGate)
        {
            if (_ending is not null || _disposed)
            {
                return;
            }

            // Volatile, because the loops look at it without the gate.
            Volatile.Write(ref _ending, new Ending(kind, reason));
            _ = _reading.CancelAsync();
            if (!_ending.Drains)
            {
                _ = _working.CancelAsync();
            }
        }
    }

    /// <summary>Ends everything, what drains included.</summary>
    public void Cut()
    {
        End(EndKind.Stopping, "the gateway stops");
        lock (_endGate)
        {
            if (!_disposed)
            {
                _ = _working.CancelAsync();
            }
        }

        _transport.Dispose();
    }

    /// <summary>Looks whether time is up for the client; called every now and then.</summary>
    public void Watch()
    {
        if (Volatile.Read(ref _ending) is null && Volatile.Read(ref _vigil) is { } vigil && vigil.Find(_outbox.WritingFor) is { } ending)
        {
            End(ending.Kind, ending.Reason);
        }
    }

    /// <summary>Serves the client until its connection has ended. Fails only for a bug.</summary>
    /// <param name="patience">Ends when the client has had its time to connect.</param>
    public async Task RunAsync(CancellationToken patience)
    {
        try
        {
            using var greeting = CancellationTokenSource.CreateLinkedTokenSource(patience, _reading.Token);
            var connect = await _source.ReadConnectAsync(greeting.Token);
            if (await _board.Entrance.EnterAsync(this, _transport, connect, greeting.Token) is var (session, admission))
            {
                await ServeAsync(session, connect, admission);
            }
        }
        catch (Exception e) when (_session is null && (Transport.IsBroken(e) || e is OperationCanceledException))
        {
            // A client that speaks another version of MQTT is told so.
            if (_source is { Claimed: not ProtocolVersion.None, Fault: { Reason: not Reason.Success } fault })
            {
                Answer(fault.Reason, present: false);
            }

            _board.Ledger.Count(Tally.NeverConnected);
            Log.NeverConnected(_board.Logger, _transport.Remote, e.Message);
        }
        finally
        {
            await CloseAsync();
            _ended.SetResult();
        }
    }

    public void Dispose()
    {
        _outbox.Dispose();
        _transport.Dispose();
        lock (_endGate)
        {
            _disposed = true;
            _reading.Dispose();
            _working.Dispose();
        }
    }

    private async Task ServeAsync(HubSession session, ConnectPacket connect, Admission admission)
    {
        _session = session;
        _board.Ledger.Arrive();
        try
        {
            Volatile.Write(ref _vigil, new Vigil(connect.KeepAlive, admission.Expires, _board.Options, _board.Time));
            var present = session.Open(connect.CleanStart, out var forgot);
            if (forgot || present)
            {
                Backlog.Add(new Work(null, null, 0, session.Read()));
            }

            // CONNACK is the first packet that the client gets: only then may others write.
            Answer(Reason.Success, present);
            session.Current = this;
            Log.Connected(_board.Logger, session.Identity, _transport.Remote, present);
            _board.Methods.Announce(session.Identity);
            var working = Task.Run(() => WorkAsync(session), CancellationToken.None);
            await ListenAsync(session);
            session.Current = null;
            Inputs.End();
            Backlog.Complete();
            await DrainAsync(working);
            await _board.Farewell.SayAsync(session.Identity, _transport.Remote, admission, _ending!);
        }
        finally
        {
            session.Current = null;
            _board.Ledger.Leave();
            _board.Sessions.Release(session, this);
            session.Exit();
        }
    }

    /// <summary>Reads and handles packets until the connection ends; afterwards the ending is known.</summary>
    private async Task ListenAsync(HubSession session)
    {
        try
        {
            while (true)
            {
                for (var i = 0; i < _source.Batch.Count && Volatile.Read(ref _ending) is null; i++)
                {
                    _board.Packets.Handle(this, session, _source.Batch[i]);
                }

                _source.Batch.Clear();
                if (_source.Fault.Reason != Reason.Success)
                {
                    End(EndKind.Fault, _source.Fault.What);
                }

                if (Volatile.Read(ref _ending) is not null)
                {
                    return;
                }

                // A client that sends more than the backend takes, or does not read what it is sent, is not read from.
                _vigil!.Pause();
                await Backlog.WhenRoomAsync().WaitAsync(_reading.Token);
                await _outbox.WhenRoomAsync().WaitAsync(_reading.Token);
                _vigil.Hear();
                if (!await _source.ReadAsync(_reading.Token))
                {
                    End(EndKind.Lost, "the client closed the connection");
                    return;
                }

                _vigil.Hear();
            }
        }
        catch (Exception e) when (Transport.IsBroken(e) || e is OperationCanceledException)
        {
            End(EndKind.Lost, $"the connection broke: {e.Message}");
        }
        catch (Exception e)
        {
            Log.Bug(_board.Logger, e, _transport.Remote);
            End(EndKind.Hub, "the gateway failed");
        }
    }

    /// <summary>Brings the backlog to the backend, and its acknowledgements to the client.</summary>
    private async Task WorkAsync(HubSession session)
    {
        var ct = _working.Token;
        try
        {
            await _board.Backend.ConnectedAsync(session.Identity, ct);
            await foreach (var work in Backlog.Reader.ReadAllAsync(ct))
            {
                if (!await _board.Work.HandleAsync(this, session, work, ct) && work.Message is not null)
                {
                    return;
                }

                if (work.Id != 0)
                {
                    Write(work.Id, static (output, id) => PacketEncoder.PubAck(output, ProtocolVersion.Mqtt311, id, Reason.Success));
                }

                Backlog.Done(work);
                await _outbox.WhenRoomAsync().WaitAsync(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The connection has ended.
        }
        catch (Exception e)
        {
            var tracking = Guid.NewGuid().ToString("N");
            Log.BackendFailed(_board.Logger, e, session.Identity, "its connection", tracking);
            End(EndKind.Hub, $"the hub failed, tracking id {tracking}");
        }
    }

    private async Task DrainAsync(Task working)
    {
        try
        {
            await working.WaitAsync(_board.Options.DrainTimeout, _board.Time);
        }
        catch (TimeoutException)
        {
            await _working.CancelAsync();
            await working;
        }
    }

    /// <summary>Sends what is left, says so, waits a moment for the client to take it, and frees everything.</summary>
    private async Task CloseAsync()
    {
        Inputs.End();
        var limit = _board.Options.DrainTimeout;
        try
        {
            if (_ending?.Kind is EndKind.Stalled)
            {
                return;
            }

            await _outbox.CloseAsync().WaitAsync(limit, _board.Time);
            if (_ending?.Kind is not EndKind.Lost && await _transport.TryFinishAsync().WaitAsync(limit, _board.Time))
            {
                using var lingering = new CancellationTokenSource(limit, _board.Time);
                await _source.LingerAsync(lingering.Token);
            }
        }
        catch (Exception e) when (Transport.IsBroken(e) || e is OperationCanceledException or TimeoutException)
        {
            // It is over anyway.
        }
        finally
        {
            _transport.Dispose();
        }
    }
}
