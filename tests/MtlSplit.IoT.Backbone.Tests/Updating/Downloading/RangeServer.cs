using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Downloading;

/// <summary>
/// A small HTTP server with one file, byte ranges and entity tags, that can be told to misbehave: each request takes the next behaviour, the
/// last one stays. Disposing stops it.
/// </summary>
internal sealed class RangeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly X509Certificate2? _certificate;

    public RangeServer(byte[] content, X509Certificate2? certificate = null)
    {
        (Content, _certificate) = (content, certificate);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://localhost:{Port}/bundle");

    public byte[] Content { get; set; }

    /// <summary>Null: none is sent.</summary>
    public string? Tag { get; set; } = "\"one\"";

    public ConcurrentQueue<Behaviour> Next { get; } = new();

    /// <summary>What was asked, one dictionary of lower-case header names a request.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                stream = tls;
            }

            await using (stream)
            {
                var request = await ReadAsync(stream);
                Requests.Enqueue(request);
                await SendAsync(stream, request, Next.TryDequeue(out var behaviour) ? behaviour : new Behaviour());
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, as some tests want it to.
        }
    }

    private async Task<Dictionary<string, string>> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1)
        {
            text.Append((char)one[0]);
        }

        return text.ToString().Split("\r\n").Skip(1).Where(line => line.Contains(':', StringComparison.Ordinal))
            .ToDictionary(line => line[..line.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant(), line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
    }

    private async Task SendAsync(Stream stream, Dictionary<string, string> request, Behaviour behaviour)
    {
        if (behaviour.Silent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        }

        var content = Content;
        var (status, from) = ("200 OK", 0);
        var headers = new StringBuilder("Connection: close\r\n");
        if (Tag is not null)
        {
            headers.Append(CultureInfo.InvariantCulture, $"ETag: {Tag}\r\n");
        }

        if (behaviour.Status is { } answer)
        {
            (status, content) = (answer, "not here"u8.ToArray());
        }
        else if (request.TryGetValue("range", out var range) && !behaviour.IgnoresRange && request.GetValueOrDefault("if-range") == Tag)
        {
            from = int.Parse(range.AsSpan("bytes=".Length, range.Length - "bytes=-".Length), NumberStyles.None, CultureInfo.InvariantCulture);
            status = "206 Partial Content";
            headers.Append(CultureInfo.InvariantCulture, $"Content-Range: bytes {from + behaviour.RangeOff}-{content.Length - 1}/{content.Length}\r\n");
        }

        headers.Append(behaviour.Headers);
        if (!behaviour.NoLength)
        {
            headers.Append(CultureInfo.InvariantCulture, $"Content-Length: {content.Length - from}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}\r\n"), _stop.Token);
        var end = Math.Min(content.Length, behaviour.CutAfter is { } bytes ? from + bytes : content.Length);
        await stream.WriteAsync(content.AsMemory(from, end - from), _stop.Token);
        await stream.FlushAsync(_stop.Token);
        if (behaviour.Stalls)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        }
    }

    /// <summary>How one request is answered.</summary>
    internal sealed record Behaviour
    {
        /// <summary>The connection ends after so many bytes of the body.</summary>
        public int? CutAfter { get; init; }

        /// <summary>After <see cref="CutAfter"/> nothing more comes, but the connection stays.</summary>
        public bool Stalls { get; init; }

        /// <summary>Nothing comes at all.</summary>
        public bool Silent { get; init; }

        public bool IgnoresRange { get; init; }

        /// <summary>The range begins elsewhere than asked.</summary>
        public int RangeOff { get; init; }

        public bool NoLength { get; init; }

        public string? Status { get; init; }

        /// <summary>More headers, each with its line end.</summary>
        public string Headers { get; init; } = "";
    }
}
