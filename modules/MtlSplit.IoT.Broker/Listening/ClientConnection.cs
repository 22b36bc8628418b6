using System.Net.Sockets;
using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Sessions;

namespace MtlSplit.IoT.Broker.Listening;

/// <summary>
/// One client's connection. What the dispatcher writes gathers in a buffer and goes out as one write per batch, by whichever thread
/// finished the batch. Reading and decoding happen outside the dispatcher's lock.
/// </summary>
internal sealed class ClientConnection : ILink, IDisposable
{
    private const int RoundsInline = 4;
    private readonly Socket _socket;
    private readonly DispatchHost _host;
    private readonly PacketDecoder _decoder;
    private readonly List<ClientPacket> _batch = [];
    private readonly Lock _gate = new();
    private readonly int _outputBytes;
    private Stream? _stream;
    private OutputBuffer _gathering = new();
    private OutputBuffer _leaving = new();
    private TaskCompletionSource? _drained;
    private bool _sending;
    private bool _waitsForRoom;
    private bool _closing;
    private bool _ended;

    public ClientConnection(Socket socket, DispatchHost host, BrokerOptions options)
    {
        _socket = socket;
        _host = host;
        _outputBytes = options.OutputBytes;
        _decoder = new PacketDecoder(options.MaxPacketBytes);
        Since = host.Timestamp;
        Remote = socket.RemoteEndPoint?.ToString() ?? "?";
    }

    public string Remote { get; }

    /// <summary>Who the client's certificate says it is; null without one.</summary>
    public Principal? Certified { get; set; }

    /// <summary>When it was accepted, as a timestamp.</summary>
    public long Since { get; }

    /// <summary>The version of a CONNECT that was otherwise refused by the decoder.</summary>
    public ProtocolVersion ClaimedVersion => _decoder.Claimed;

    public Session? Session { get; set; }

    /// <summary>On the host's list of connections to flush; touched under the dispatcher's lock only.</summary>
    public bool Dirty { get; set; }

    /// <summary>When the broker decided to close it, as a timestamp; 0 = it has not.</summary>
    public long ClosingSince { get; set; }

    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                if (_closing || _gathering.Count + _leaving.Count >= _outputBytes)
                {
                    _waitsForRoom = true;
                    return false;
                }

                return true;
            }
        }
    }

    /// <summary>Reads until the connection ends, and handles what comes. Returns when the client left, broke a rule or was cut off.</summary>
    public async Task RunAsync(Stream stream, CancellationToken ct)
    {
        lock (_gate)
        {
            _stream = stream;
        }

        var assembler = new PacketAssembler(_decoder);
        var broken = false;
        while (!Volatile.Read(ref _ended))
        {
            var read = await stream.ReadAsync(assembler.Room, ct);
            if (read == 0)
            {
                return;
            }

            if (broken)
            {
                // Read on and throw away until the client has seen why: closing over unread bytes could take the answer from it.
                continue;
            }

            var fault = assembler.Take(read, _batch);
            broken = fault.Reason != Reason.Success;
            if (_batch.Count > 0 || broken)
            {
                _host.Handle(this, _batch, fault);
                _batch.Clear();
            }

            // A client that does not read what it is sent is not read from either.
            if (!broken && Backlog > 4 * _outputBytes)
            {
                await DrainedAsync().WaitAsync(ct);
            }
        }
    }

    public void ConnAck(ConnAck answer) => Write((answer, Version: _decoder.Claimed), static (output, state) => PacketEncoder.ConnAck(output, state.Version, state.answer));

    public void Publish(in Delivery delivery, uint? expirySeconds)
    {
        lock (_gate)
        {
            if (!_closing)
            {
                PacketEncoder.Publish(_gathering, _decoder.Version, delivery, expirySeconds);
            }
        }

        _host.MarkDirty(this);
    }

    public void PubAck(ushort id, byte reason) => Write((id, reason, _decoder.Version), static (output, state) => PacketEncoder.PubAck(output, state.Version, state.id, state.reason));

    public void SubAck(ushort id, ReadOnlySpan<byte> reasons) =>
        Write((id, reasons.ToArray(), _decoder.Version), static (output, state) => PacketEncoder.SubAck(output, state.Version, state.id, state.Item2));

    public void UnsubAck(ushort id, ReadOnlySpan<byte> reasons) =>
        Write((id, reasons.ToArray(), _decoder.Version), static (output, state) => PacketEncoder.UnsubAck(output, state.Version, state.id, state.Item2));

    public void PingResp() => Write(0, static (output, _) => PacketEncoder.PingResp(output));

    public void Close(byte reason, string? why)
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            if (reason != Reason.Success && why is not null)
            {
                PacketEncoder.Disconnect(_gathering, _decoder.Version, reason, why);
            }

            _closing = true;
        }

        ClosingSince = _host.NoteClosing(this, reason, why);
        _host.MarkDirty(this);
    }

    /// <summary>Sends what has gathered, unless a send is under way, which then takes it along. Called outside the dispatcher's lock.</summary>
    public void Flush()
    {
        Stream stream;
        lock (_gate)
        {
            if (_sending || _ended || _stream is null)
            {
                return;
            }

            if (_gathering.Count == 0)
            {
                FinishIfClosing();
                return;
            }

            _sending = true;
            stream = _stream;
            (_gathering, _leaving) = (_leaving, _gathering);
        }

        _ = SendAsync(stream);
    }

    /// <summary>Cuts the connection; the reading loop ends by it, and a send under way fails.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _ended = true;
            _closing = true;
        }

        _socket.Dispose();
    }

    /// <summary>Cuts the connection and gives its memory back; a send still under way does so when it ends.</summary>
    public void Dispose()
    {
        Cut();
        lock (_gate)
        {
            if (!_sending)
            {
                _gathering.Dispose();
                _leaving.Dispose();
            }
        }
    }

    private int Backlog
    {
        get
        {
            lock (_gate)
            {
                return _gathering.Count + _leaving.Count;
            }
        }
    }

    private void Write<T>(T state, Action<OutputBuffer, T> write)
    {
        lock (_gate)
        {
            if (!_closing)
            {
                write(_gathering, state);
            }
        }

        _host.MarkDirty(this);
    }

    /// <summary>Sends until nothing is left. Handles its own failures, so that nobody needs to wait for it.</summary>
    private async Task SendAsync(Stream stream)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                await stream.WriteAsync(_leaving.Written);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                Cut();
            }

            bool resume;
            lock (_gate)
            {
                _leaving.Clear();
                resume = _waitsForRoom && !_ended && _gathering.Count < _outputBytes / 2;
                _waitsForRoom &= !resume;
            }

            if (resume)
            {
                _host.Resume(this);
            }

            lock (_gate)
            {
                if (_ended || _gathering.Count == 0)
                {
                    _sending = false;
                    _drained?.TrySetResult();
                    FinishIfClosing();
                    if (_ended)
                    {
                        _gathering.Dispose();
                        _leaving.Dispose();
                    }

                    return;
                }

                (_gathering, _leaving) = (_leaving, _gathering);
            }

            if (round % RoundsInline == 0)
            {
                // The thread belongs to another connection's reading loop: others' traffic must not keep it here.
                await Task.Yield();
            }
        }
    }

    /// <summary>Everything is sent: tells the client so, whose side then ends the connection.</summary>
    private void FinishIfClosing()
    {
        if (!_closing || _ended)
        {
            return;
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            _socket.Dispose();
        }
    }

    private Task DrainedAsync()
    {
        lock (_gate)
        {
            if (!_sending)
            {
                return Task.CompletedTask;
            }

            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }
}
