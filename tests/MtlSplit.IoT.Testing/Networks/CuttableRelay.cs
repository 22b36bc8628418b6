using System.Net;
using System.Net.Sockets;

namespace MtlSplit.IoT.Testing.Networks;

/// <summary>
/// A network that a test can break: a TCP relay on loopback whose connections can be cut, whose answers can be held back, and which counts the
/// bytes of answers up to a cut. Clients connect to <see cref="Port"/>.
/// </summary>
public sealed class CuttableRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private readonly string _host;
    private readonly Func<int> _port;
    private readonly Task _accepting;
    private TaskCompletionSource _answers = Open();
    private int _connections;
    private long _answerBytes = long.MaxValue;

    /// <param name="host">Where connections lead to.</param>
    /// <param name="port">Asked at every connection.</param>
    public CuttableRelay(string host, Func<int> port)
    {
        _host = host;
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect to, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Cuts every connection, without a goodbye on either side.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _sockets)
            {
                // A closed socket with this sends a reset, as a broken network would.
                if (!socket.SafeHandle.IsClosed)
                {
                    socket.LingerState = new LingerOption(true, 0);
                }

                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    /// <summary>Cuts every connection, once, when the server has sent so many more bytes, on all of them together.</summary>
    public void CutAfterAnswers(long bytes) => Interlocked.Exchange(ref _answerBytes, bytes);

    /// <summary>Lets nothing from the server through until <see cref="ReleaseAnswers"/>.</summary>
    public void HoldAnswers() => Volatile.Write(ref _answers, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Ends <see cref="HoldAnswers"/>.</summary>
    public void ReleaseAnswers() => Volatile.Read(ref _answers).TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        ReleaseAnswers();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                running.Add(RelayAsync(client));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(running);
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(_host, _port(), _stop.Token);
            lock (_gate)
            {
                _sockets.AddRange([client, server]);
            }

            Interlocked.Increment(ref _connections);
            await Task.WhenAny(CopyAsync(client, server, held: false), CopyAsync(server, client, held: true));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away or the relay ends: the client sees a closed connection.
        }
        finally
        {
            lock (_gate)
            {
                _sockets.Remove(client);
                _sockets.Remove(server);
                client.Dispose();
                server.Dispose();
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool held)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (held)
                {
                    await Volatile.Read(ref _answers).Task.WaitAsync(_stop.Token);
                }

                var most = held ? (int)Math.Min(count, Volatile.Read(ref _answerBytes)) : count;
                for (var sent = 0; sent < most;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, most - sent), _stop.Token);
                }

                if (held && Interlocked.Add(ref _answerBytes, -most) <= 0)
                {
                    Interlocked.Exchange(ref _answerBytes, long.MaxValue);
                    Cut();
                }
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone, and so is the other now.
        }
    }
}
