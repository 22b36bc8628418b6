using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.Serving;

/// <summary>
/// Serves a handful of local clients over a unix socket or TLS. Requests of one connection are answered one after the other. Bounds: connections
/// (one more is closed at once), the time a request may take to arrive, the silence between requests. Whoever made it disposes it.
/// </summary>
internal sealed class HttpHost : IAsyncDisposable
{
    private const int MaxConnections = 64;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    private readonly Socket _listener;
    private readonly Func<SslStreamCertificateContext>? _certificate;
    private readonly Func<HttpRequest, int?, CancellationToken, Task<HttpReply>> _handle;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Lock _gate = new();
    private Task _accepting = Task.CompletedTask;

    /// <summary>Binds; clients can connect when it returns.</summary>
    /// <param name="endPoint">Where; a unix socket's old file goes away.</param>
    /// <param name="certificate">The certificate to show; null: no TLS.</param>
    /// <param name="handle">Answers a request of a process, whose id is null where the system does not tell. Faults become answers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public HttpHost(
        EndPoint endPoint, Func<SslStreamCertificateContext>? certificate, Func<HttpRequest, int?, CancellationToken, Task<HttpReply>> handle, TimeProvider time, ILogger logger)
    {
        (_certificate, _handle, _time, _logger) = (certificate, handle, time, logger);
        if (endPoint is UnixDomainSocketEndPoint unix)
        {
            File.Delete(unix.ToString());
        }

        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            _listener.Bind(endPoint);
            _listener.Listen(128);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <summary>The port; 0 for a unix socket.</summary>
    public int Port => (_listener.LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>Begins to serve. Call once.</summary>
    public void Start() => _accepting = AcceptAsync(_life.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] open;
        lock (_gate)
        {
            open = [.. _connections];
        }

        await Task.WhenAll(open);
        _life.Dispose();
    }

    private async Task AcceptAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(ct);
                lock (_gate)
                {
                    if (_connections.Count >= MaxConnections)
                    {
                        socket.Dispose();
                        continue;
                    }

                    // Yields first, so that it cannot end before it is in the set.
                    var serving = ServeAsync(socket, ct);
                    _connections.Add(serving);
                    _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Such as too many open files: the next one may get through.
                Log.AcceptFailed(_logger, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None);
            }
        }
    }

    private void Forget(Task serving)
    {
        lock (_gate)
        {
            _connections.Remove(serving);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            using var _ = socket;
            var peer = SocketPeer.ProcessOf(socket);
            await using Stream stream = _certificate is null ? new NetworkStream(socket) : new SslStream(new NetworkStream(socket));
            if (stream is SslStream tls)
            {
                using var patience = Patience(RequestTimeout, ct);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate!() }, patience.Token);
            }

            await ServeAsync(stream, peer, ct);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client is gone, silent, or does not trust the device; it asks again if it wants to.
        }
        catch (Exception e)
        {
            Log.ConnectionFailed(_logger, e);
        }
    }

    private async Task ServeAsync(Stream stream, int? peer, CancellationToken ct)
    {
        var reader = new HttpReader(stream);
        while (!ct.IsCancellationRequested)
        {
            HttpReply reply;
            var keepAlive = false;
            try
            {
                using var patience = Patience(IdleTimeout, ct);
                if (await reader.ReadAsync(() => patience.CancelAfter(RequestTimeout), patience.Token) is not { } request)
                {
                    return;
                }

                keepAlive = request.KeepAlive;
                reply = await AnswerAsync(request, peer, ct);
            }
            catch (HttpFaultException e)
            {
                reply = HttpReply.Fault(e.Status, e.Message);
                keepAlive = false;
            }

            using var writing = Patience(RequestTimeout, ct);
            await stream.WriteAsync(reply.ToBytes(keepAlive), writing.Token);
            if (!keepAlive)
            {
                return;
            }
        }
    }

    private async Task<HttpReply> AnswerAsync(HttpRequest request, int? peer, CancellationToken ct)
    {
        try
        {
            return await _handle(request, peer, ct);
        }
        catch (HttpFaultException e)
        {
            // The request was read to its end: the connection is good.
            return HttpReply.Fault(e.Status, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.RequestFailed(_logger, request.Method, string.Join('/', request.Segments), e);
            return HttpReply.Fault(500, e.Message);
        }
    }

    private static CancellationTokenSource Patience(TimeSpan time, CancellationToken ct)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        source.CancelAfter(time);
        return source;
    }
}
