using System.Net;
using System.Net.Sockets;

namespace MtlSplit.IoT.Mqtt.Listening;

/// <summary>Listens on one address, gives each connection to its owner and knows which of them are still served. Thread-safe.</summary>
/// <param name="endPoint">The address and port to listen on; port 0 takes any that is free.</param>
/// <param name="serve">
/// Called for one socket after the other, and to return at once: gives the task that serves the socket, or null where the connection is not
/// taken. Disposes the socket either way and never fails. The token ends when the listener is disposed.
/// </param>
/// <param name="failed">Told of a connection that could not be accepted; after it the listener pauses for 100 ms.</param>
public sealed class SocketListener(IPEndPoint endPoint, Func<Socket, CancellationToken, Task?> serve, Action<SocketException> failed) : IAsyncDisposable
{
    private const int Backlog = 512;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _serving = [];
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _stopped;

    /// <summary>The port that is listened on; 0 before the start.</summary>
    public int Port { get; private set; }

    /// <summary>Begins to listen; clients can connect when it returns. Call once.</summary>
    /// <exception cref="SocketException">The address or port cannot be listened on.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start()
    {
        if (_socket is not null)
        {
            throw new InvalidOperationException($"The listener on {endPoint} has been started before.");
        }

        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // The runtime lets a restarted server take its port back at once, whatever the old connections' closing states. ReuseAddress is
            // not set: it would let a second server share the port and take half of the connections.
            socket.Bind(endPoint);
            socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        _socket = socket;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _accepting = AcceptAsync(socket, _stop.Token);
    }

    /// <summary>Frees the port; connections go on.</summary>
    public void StopListening()
    {
        _stopped = true;
        _socket?.Dispose();
    }

    /// <summary>Ends when every connection that is served now is served.</summary>
    public Task WhenServedAsync()
    {
        lock (_serving)
        {
            return Task.WhenAll(_serving);
        }
    }

    /// <summary>Frees the port, cancels what is still served and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        StopListening();
        await _stop.CancelAsync();
        await _accepting;
        await WhenServedAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener, CancellationToken ct)
    {
        while (!_stopped)
        {
            try
            {
                var socket = await listener.AcceptAsync(ct);
                socket.NoDelay = true;
                Track(serve(socket, ct));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException || _stopped)
            {
                return;
            }
            catch (SocketException e)
            {
                failed(e);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private void Track(Task? served)
    {
        if (served is null)
        {
            return;
        }

        lock (_serving)
        {
            _serving.Add(served);
        }

        served.ContinueWith(
            done =>
            {
                lock (_serving)
                {
                    _serving.Remove(done);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
