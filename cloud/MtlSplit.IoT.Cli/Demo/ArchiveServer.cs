using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>
/// Where the vehicles of a demonstration fetch archives: the files of one folder over HTTP on loopback, whole or from a byte on, as a download that
/// broke off asks for.
/// </summary>
internal sealed class ArchiveServer : IAsyncDisposable
{
    private const int MostAtOnce = 8;
    private const int Attempts = 5;

    private static readonly TimeSpan SendLimit = TimeSpan.FromMinutes(1);

    private readonly HttpListener _listener;
    private readonly string _folder;
    private readonly string _root;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly Task _serving;

    private ArchiveServer(HttpListener listener, string root, string folder, TimeProvider time)
    {
        (_listener, _root, _folder, _time) = (listener, root, folder, time);
        _serving = ServeAsync();
    }

    /// <summary>Starts one on a free port; whoever calls disposes.</summary>
    /// <exception cref="DemoException">There is none.</exception>
    public static ArchiveServer Start(string folder, TimeProvider time)
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            var root = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/");
            listener.Prefixes.Add(root);
            try
            {
                listener.Start();
                return new ArchiveServer(listener, root, folder, time);
            }
            catch (HttpListenerException e)
            {
                // Somebody else was quicker to take the port.
                listener.Close();
                if (attempt == Attempts)
                {
                    throw new DemoException($"Nothing can be served on loopback: {e.Message}", e);
                }
            }
        }
    }

    /// <summary>The address of a file in the folder.</summary>
    public string AddressOf(string file) => _root + Path.GetRelativePath(_folder, file);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Close();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Who still has a place gives it back first.
        for (var i = 0; i < MostAtOnce; i++)
        {
            await _places.WaitAsync(SendLimit);
        }

        _places.Dispose();
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _places.WaitAsync(_stop.Token);
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                _places.Release();
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var limit = new CancellationTokenSource(SendLimit, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            await SendAsync(context, both.Token);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or the demonstration is over.
            context.Response.Abort();
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task SendAsync(HttpListenerContext context, CancellationToken ct)
    {
        var response = context.Response;
        var path = Path.GetFullPath(Path.Combine(_folder, context.Request.Url!.AbsolutePath.TrimStart('/')));
        if (context.Request.HttpMethod != "GET" || !path.StartsWith(Path.GetFullPath(_folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            response.Close();
            return;
        }

        await using var file = File.OpenRead(path);
        var etag = $"\"{Path.GetFileNameWithoutExtension(path)}\"";
        var from = FromOf(context.Request, etag, file.Length);
        if (from > 0)
        {
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{file.Length - 1}/{file.Length}");
            file.Position = from;
        }

        response.Headers["ETag"] = etag;
        response.Headers["Accept-Ranges"] = "bytes";
        response.ContentLength64 = file.Length - from;
        await file.CopyToAsync(response.OutputStream, ct);
        response.Close();
    }

    /// <summary>The byte that a request begins at; 0 where it wants all, or something that has changed since.</summary>
    private static long FromOf(HttpListenerRequest request, string etag, long length) =>
        (request.Headers["If-Range"] ?? etag) == etag
        && request.Headers["Range"] is { } range && range.StartsWith("bytes=", StringComparison.Ordinal) && range.EndsWith('-')
        && long.TryParse(range["bytes=".Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var from) && from < length
            ? from
            : 0;
}
