using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>A container engine's API over its unix socket, as far as modules need it. Thread-safe; whoever made it disposes it.</summary>
internal sealed class EngineClient : IDisposable
{
    // The oldest that Debian's engine and the newest ones both speak.
    private const string Version = "v1.41";
    private const int LargestAnswer = 8 << 20;

    private readonly HttpClient _http;
    private readonly string _socket;

    public EngineClient(string socket)
    {
        _socket = socket;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, ct) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        // Fetching an image is what takes longest.
        _http = new HttpClient(handler) { BaseAddress = new Uri($"http://engine/{Version}/"), Timeout = TimeSpan.FromMinutes(10), MaxResponseContentBufferSize = LargestAnswer };
    }

    /// <summary>Whether the engine's socket is there.</summary>
    public bool IsThere => File.Exists(_socket);

    /// <summary>One call.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path after the version.</param>
    /// <param name="body">The body; null: none.</param>
    /// <param name="allowed">Statuses beside success that are no failure.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="RunnerException">The engine refuses or is not there.</exception>
    public async Task<(int Status, byte[] Body)> SendAsync(HttpMethod method, string path, JsonNode? body, int[] allowed, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(HubJson.ToUtf8(body));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var response = await _http.SendAsync(request, ct);
            var content = await response.Content.ReadAsByteArrayAsync(ct);
            var status = (int)response.StatusCode;
            return status < 400 || allowed.Contains(status)
                ? (status, content)
                : throw new RunnerException($"The container engine answers {status} to {method} {path}: {System.Text.Encoding.UTF8.GetString(content.AsSpan(0, Math.Min(content.Length, 500)))}");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            throw new RunnerException($"The container engine at {_socket} cannot be reached: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
