using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Mqtt.Listening;

namespace MtlSplit.IoT.HubGateway;

/// <summary>
/// The server side of a hub's MQTT dialect: lets devices and modules in, hands what they send to the backend, and sends them what the
/// backend has for them. It routes nothing and stores nothing but subscriptions, in memory. Thread-safe; whoever makes it disposes it.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    /// <summary>The name of the meter that the gateway's metrics are on.</summary>
    public const string MeterName = "MtlSplit.IoT.HubGateway";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Switchboard _board;
    private readonly GatewayInstruments _instruments;
    private readonly SocketDoor _door;
    private readonly SocketListener? _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<ClientConnection> _connections = [];
    private Task _ticking = Task.CompletedTask;
    private int _open;
    private int _disposed;

    /// <summary>Makes a gateway that does not listen yet.</summary>
    /// <param name="options">What to listen on and the bounds to keep.</param>
    /// <param name="backend">What the hub does; not disposed.</param>
    /// <param name="time">The time that every timeout goes by.</param>
    /// <param name="logger">Where it says whom it refuses and closes.</param>
    /// <exception cref="GatewayOptionsException">An option is wrong.</exception>
    public Gateway(GatewayOptions options, IHubBackend backend, TimeProvider time, ILogger logger)
    {
        options.Validate();
        _options = options;
        _time = time;
        _logger = logger;
        _board = new Switchboard(options, backend, time, logger);
        _instruments = new GatewayInstruments(_board.Ledger);
        _door = new SocketDoor(options);
        _listener = options.EndPoint is { } endPoint ? new SocketListener(endPoint, Serve, e => Log.AcceptFailed(logger, e)) : null;
    }

    /// <summary>The port that the gateway listens on; 0 before it was started, and where it does not listen.</summary>
    public int Port => _listener?.Port ?? 0;

    /// <summary>The counters as they are now.</summary>
    public GatewayStatistics Statistics => _board.Ledger.Read(_board.Sessions.Count);

    /// <summary>Begins to listen; clients can connect when it returns. Call once.</summary>
    /// <exception cref="SocketException">The address or port cannot be listened on.</exception>
    public Task StartAsync(CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _listener?.Start();
        _ticking = TickAsync(_stop.Token);
        if (_options.EndPoint is { } endPoint)
        {
            Log.Listening(_logger, endPoint.Address, Port, _options.HasCertificate);
        }

        return Task.CompletedTask;
    }

    /// <summary>Serves a client over a stream that somebody else accepted, such as a WebSocket's. Ends when the connection has; disposes the stream.</summary>
    /// <param name="transport">Carries MQTT in both directions; reads and writes may run at the same time.</param>
    /// <param name="clientCertificate">What the client proved to hold; null = nothing. Not disposed.</param>
    /// <param name="remote">Where the client is, for the log.</param>
    /// <param name="ct">Ends the connection.</param>
    public async Task AcceptAsync(Stream transport, X509Certificate2? clientCertificate, string remote, CancellationToken ct)
    {
        if (!TryOpen(remote))
        {
            await transport.DisposeAsync();
            return;
        }

        try
        {
            using var patience = new CancellationTokenSource(_options.ConnectTimeout, _time);
            await RunAsync(new Transport(transport, remote, clientCertificate, null), patience.Token, ct);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <inheritdoc cref="AcceptAsync(Stream, X509Certificate2?, string, CancellationToken)"/>
    public Task AcceptAsync(Stream transport, X509Certificate2? clientCertificate, CancellationToken ct) => AcceptAsync(transport, clientCertificate, "a stream", ct);

    /// <summary>Whether a client is connected now.</summary>
    public bool IsConnected(HubIdentity id) => _board.Sessions.TryFind(id, out var session) && session.Current is not null;

    /// <summary>What a client has subscribed to; null where it is neither connected nor remembered.</summary>
    public SessionSubscriptions? SubscriptionsOf(HubIdentity id) => _board.Sessions.TryFind(id, out var session) ? session.Read() : null;

    /// <summary>Ends a client's connection, if it has one. Returns at once; its end is told to the backend as any other.</summary>
    /// <param name="id">The client.</param>
    /// <param name="reason">Why, for the log and the backend; the client is not told.</param>
    public void Disconnect(HubIdentity id, string reason)
    {
        if (_board.Sessions.TryFind(id, out var session))
        {
            session.Current?.End(EndKind.Hub, reason);
        }
    }

    /// <summary>Forgets a client's subscriptions, as when its identity is deleted. Does not end its connection.</summary>
    public void Forget(HubIdentity id) => _board.Sessions.Forget(id);

    /// <summary>Calls a method and waits for its result, over a new connection too should the first break.</summary>
    /// <param name="id">Whose method.</param>
    /// <param name="request">What to call; a connect timeout waits for the client to connect and subscribe.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="HubException">
    /// <see cref="HubErrors.DeviceNotOnline"/>: not connected or not subscribed within the connect timeout. <see cref="HubErrors.GatewayTimeout"/>: no result within
    /// the response timeout. <see cref="HubErrors.ThrottlingException"/>: too many calls open. <see cref="HubErrors.ArgumentInvalid"/>: the request is not valid.
    /// <see cref="HubErrors.IotHubFormatError"/>, <see cref="HubErrors.MessageTooLarge"/>: the result is no JSON, or too large.
    /// </exception>
    public ValueTask<MethodResult> InvokeMethodAsync(HubIdentity id, MethodRequest request, CancellationToken ct) => _board.Methods.InvokeAsync(id, request, ct);

    /// <summary>Tells a client of a change of its desired properties. Never queued: a client that is away reads its twin when it is back.</summary>
    /// <param name="id">The client.</param>
    /// <param name="patchWithVersion">What changed, with the new <c>$version</c>; null deletes.</param>
    /// <returns>Whether it was sent: the client is connected and has subscribed.</returns>
    /// <exception cref="ArgumentException">The patch has no whole <c>$version</c>.</exception>
    public bool NotifyDesired(HubIdentity id, JsonObject patchWithVersion)
    {
        if (patchWithVersion["$version"] is not { } version || !HubJson.TryGetWhole(version, out var number))
        {
            throw new ArgumentException("A change of desired properties needs its $version.", nameof(patchWithVersion));
        }

        if (!_board.Sessions.TryFind(id, out var session) || session.Current is not { IsEnding: false } connection || session.QosOf(HubFilterKind.DesiredPatches) is null
            || !connection.Send(HubTopics.DesiredPatch(number), HubJson.ToUtf8(patchWithVersion)))
        {
            return false;
        }

        _board.Ledger.Count(Tally.DesiredSent);
        return true;
    }

    /// <summary>
    /// Brings a message to a module's input and waits for the module's acknowledgement, sending it again where that does not come in time. Messages
    /// for one module go one after the other, in the order of the calls. Nothing is kept beyond the call: for anything but
    /// <see cref="InputOutcome.Completed"/> the message is still the caller's.
    /// </summary>
    /// <param name="id">The module.</param>
    /// <param name="input">The input's name, one level of a topic.</param>
    /// <param name="message">The message; its output name is left out, its connection device id must be there: SDKs misread the topic without.</param>
    /// <param name="ct">Ends the wait; the module may have the message then.</param>
    /// <exception cref="ArgumentException">The identity is a device, the name cannot stand in a topic, or the message does not say who sent it.</exception>
    public Task<InputOutcome> DeliverInputAsync(HubIdentity id, string input, HubMessage message, CancellationToken ct)
    {
        if (message.System.ConnectionDeviceId is null)
        {
            throw new ArgumentException("A message for an input needs its sender's device id.", nameof(message));
        }

        var topic = HubTopics.Input(id, input, (message with { System = message.System with { OutputName = null } }).ToBag());
        if (message.Body.Length > _options.MaxMessageBytes || System.Text.Encoding.UTF8.GetByteCount(topic) > ushort.MaxValue)
        {
            return Task.FromResult(InputOutcome.TooLarge);
        }

        return _board.Sessions.TryFind(id, out var session) && session.Current is { } connection
            ? connection.Inputs.DeliverAsync(id, input, topic, message.Body, ct)
            : Task.FromResult(InputOutcome.NotConnected);
    }

    /// <summary>What every client that asked to be remembered has subscribed to, for a hub that keeps it over its own restart.</summary>
    public IReadOnlyList<SessionSubscriptions> Export() => _board.Sessions.Export();

    /// <summary>Remembers what was exported before, so that clients that come back find their sessions. Clients that are known already stay as they are.</summary>
    public void Import(IEnumerable<SessionSubscriptions> sessions)
    {
        foreach (var session in sessions)
        {
            _board.Sessions.Import(session);
        }
    }

    /// <summary>
    /// Stops in order: takes nothing more, lets the backend finish what clients have sent, closes every connection, and tells the backend of each.
    /// Wills are not published: nobody died.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _listener?.StopListening();
        foreach (var connection in Connections())
        {
            connection.End(EndKind.Stopping, "the gateway stops");
        }

        // Twice: once for the backend to drain, once for the client to take what is left.
        var open = Connections();
        var ended = Task.WhenAll(open.Select(connection => connection.Ended));
        await Task.WhenAny(ended, Task.Delay(2 * _options.DrainTimeout, TimeProvider.System));
        foreach (var connection in open)
        {
            connection.Cut();
        }

        await ended;

        await _stop.CancelAsync();
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        await _ticking;
        _instruments.Dispose();
        _stop.Dispose();
    }

    private Task? Serve(Socket socket, CancellationToken ct)
    {
        var remote = socket.RemoteEndPoint?.ToString() ?? "?";
        if (TryOpen(remote))
        {
            return Task.Run(() => ServeAsync(socket, remote, ct), CancellationToken.None);
        }

        socket.Dispose();
        return null;
    }

    private async Task ServeAsync(Socket socket, string remote, CancellationToken ct)
    {
        try
        {
            using var patience = new CancellationTokenSource(_options.ConnectTimeout, _time);
            using var handshake = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
            await RunAsync(await _door.OpenAsync(socket, remote, handshake.Token), patience.Token, ct);
        }
        catch (Exception e) when (Transport.IsBroken(e) || e is OperationCanceledException)
        {
            _board.Ledger.Count(Tally.NeverConnected);
            Log.NeverConnected(_logger, remote, e.Message);
        }
        finally
        {
            socket.Dispose();
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task RunAsync(Transport transport, CancellationToken patience, CancellationToken ct)
    {
        using var connection = new ClientConnection(transport, _board);
        lock (_gate)
        {
            _connections.Add(connection);
        }

        try
        {
            using var registration = ct.UnsafeRegister(static connection => ((ClientConnection)connection!).End(EndKind.Stopping, "the gateway stops"), connection);
            if (Volatile.Read(ref _disposed) != 0)
            {
                connection.End(EndKind.Stopping, "the gateway stops");
            }

            await connection.RunAsync(patience);
        }
        catch (Exception e)
        {
            // One connection's bug must not take the others' gateway down.
            Log.Bug(_logger, e, transport.Remote);
        }
        finally
        {
            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }

    private bool TryOpen(string remote)
    {
        if (Volatile.Read(ref _disposed) == 0 && Interlocked.Increment(ref _open) <= _options.MaxConnections)
        {
            return true;
        }

        if (Volatile.Read(ref _disposed) == 0)
        {
            Interlocked.Decrement(ref _open);
            _board.Ledger.Count(Tally.OverConnectionLimit);
            Log.Full(_logger, remote, _options.MaxConnections);
        }

        return false;
    }

    private ClientConnection[] Connections()
    {
        lock (_gate)
        {
            return [.. _connections];
        }
    }

    private async Task TickAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Tick, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                foreach (var connection in Connections())
                {
                    connection.Watch();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }
}
