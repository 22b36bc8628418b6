using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Broker.Listening;
using MtlSplit.IoT.Mqtt.Listening;

namespace MtlSplit.IoT.Broker;

/// <summary>
/// The embedded MQTT 3.1.1 and 5 broker, with shared subscriptions that route by free credit. Everything it keeps is in memory and
/// goes with it. Thread-safe; whoever makes it disposes it.
/// </summary>
public sealed class MqttBroker : IAsyncDisposable
{
    /// <summary>The name of the meter that the broker's metrics are on.</summary>
    public const string MeterName = "MtlSplit.IoT.Broker";

    private readonly BrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DispatchHost _host;
    private readonly BrokerInstruments _instruments;
    private readonly SocketListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly TlsAcceptor? _tls;
    private Task _ticking = Task.CompletedTask;
    private int _disposed;

    /// <summary>Makes a broker that does not listen yet.</summary>
    /// <param name="options">What to listen on and the bounds to keep.</param>
    /// <param name="time">The time that expiry, holding and keep-alive go by.</param>
    /// <param name="logger">Where it says what it refuses and closes.</param>
    /// <exception cref="BrokerOptionsException">An option is wrong, or would expose the broker.</exception>
    public MqttBroker(BrokerOptions options, TimeProvider time, ILogger<MqttBroker> logger)
    {
        options.Validate();
        _options = options;
        _time = time;
        _logger = logger;
        _tls = options.Tls is { } tls ? new TlsAcceptor(tls) : null;
        _host = new DispatchHost(options, time, logger);
        _instruments = new BrokerInstruments(_host.Ledger);
        _listener = new SocketListener(new IPEndPoint(options.Address, options.Port), Serve, e => Log.AcceptFailed(logger, e));
    }

    /// <summary>The port that the broker listens on; 0 before it was started.</summary>
    public int Port => _listener.Port;

    /// <summary>The counters as they are now.</summary>
    public BrokerStatistics Statistics => _host.Read();

    /// <summary>Begins to listen; clients can connect when it returns. Call once.</summary>
    /// <exception cref="SocketException">The address or port cannot be listened on.</exception>
    public Task StartAsync(CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _listener.Start();
        _ticking = TickAsync(_stop.Token);
        Log.Listening(_logger, _options.Address, Port, _tls is not null);
        return Task.CompletedTask;
    }

    /// <summary>Tells every client that the broker shuts down, waits a moment for them to go, and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _listener.StopListening();
        _host.ShutDown();
        await Task.WhenAny(_listener.WhenServedAsync(), Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System));
        await _stop.CancelAsync();
        _host.CutAll();
        await _listener.DisposeAsync();
        await _ticking;
        _instruments.Dispose();
        _tls?.Dispose();
        _stop.Dispose();
    }

    private Task? Serve(Socket socket, CancellationToken ct)
    {
        var connection = new ClientConnection(socket, _host, _options);
        if (_host.TryAdd(connection))
        {
            return Task.Run(() => ServeAsync(socket, connection, ct), CancellationToken.None);
        }

        Log.Full(_logger, connection.Remote);
        connection.Dispose();
        return null;
    }

    private async Task ServeAsync(Socket socket, ClientConnection connection, CancellationToken ct)
    {
        try
        {
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            if (_tls is not null)
            {
                (stream, connection.Certified) = await _tls.AcceptAsync(stream, ct);
            }

            await connection.RunAsync(stream, ct);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            Log.ConnectionFailed(_logger, e, connection.Remote);
        }
        catch (Exception e)
        {
            // One connection's bug must not take the others' broker down.
            Log.Bug(_logger, e, connection.Remote);
        }
        finally
        {
            _host.Remove(connection);
            connection.Dispose();
        }
    }

    private async Task TickAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                _host.Tick();
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }
}
