using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeModule.Tests.Hub;

namespace MtlSplit.IoT.EdgeModule.Tests.Workload;

/// <summary>A workload API on a unix socket, or on loopback, that answers as a test says and keeps what it was asked.</summary>
public sealed class ScriptedWorkload : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly string? _path;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(string Line, string Head, string Body)> _requests = [];
    private readonly Task _accepting;

    public ScriptedWorkload(bool unix = true)
    {
        if (unix)
        {
            // Socket paths are short by law of the kernel.
            _path = Path.Combine(Path.GetTempPath(), $"w{RandomNumberGenerator.GetHexString(12, lowercase: true)}.sock");
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(_path));
            Address = new Uri($"unix://{_path}");
        }
        else
        {
            _listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        }

        _listener.Listen();
        _accepting = Task.Run(AcceptAsync);
    }

    public Uri Address { get; }

    /// <summary>Status and body of an answer to method, path and body; null: none, for ever.</summary>
    public Func<string, string, string, (int Status, string Body)?> Answer { get; set; } = Sign(ScriptedHub.Key);

    /// <summary>Bytes to send in place of HTTP; null: HTTP.</summary>
    public string? Raw { get; set; }

    public IReadOnlyList<(string Line, string Head, string Body)> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Signs with a key, gives a trust bundle where one is set, and knows nothing else.</summary>
    public static Func<string, string, string, (int Status, string Body)?> Sign(byte[] key, string? trustBundle = null) => (method, path, body) =>
    {
        if (method == "POST" && path.EndsWith("/sign?api-version=2018-06-28", StringComparison.Ordinal))
        {
            var data = Convert.FromBase64String((string)JsonNode.Parse(body)!["data"]!);
            return (200, new JsonObject { ["digest"] = Convert.ToBase64String(HMACSHA256.HashData(key, data)) }.ToJsonString());
        }

        return method == "GET" && path == "/trust-bundle?api-version=2018-06-28" && trustBundle is not null
            ? (200, new JsonObject { ["certificate"] = trustBundle }.ToJsonString())
            : (404, """{"message":"no such thing"}""");
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        if (_path is not null)
        {
            File.Delete(_path);
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                running.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }

        await Task.WhenAll(running);
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadAsync(stream) is var (line, head, body))
            {
                lock (_gate)
                {
                    _requests.Add((line, head, body));
                }

                if (Raw is not null)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(Raw), _stop.Token);
                    return;
                }

                var parts = line.Split(' ');
                if (Answer(parts[0], parts[1], body) is not var (status, reply))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                    return;
                }

                var text = Encoding.UTF8.GetBytes(reply);
                var answer = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {text.Length}\r\n\r\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
                await stream.WriteAsync(text, _stop.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client has left.
        }
    }

    private async Task<(string Line, string Head, string Body)?> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var length = lines.FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } header
            ? int.Parse(header.Split(':')[1], CultureInfo.InvariantCulture)
            : 0;
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return (lines[0], head.ToString(), Encoding.UTF8.GetString(body));
    }
}
