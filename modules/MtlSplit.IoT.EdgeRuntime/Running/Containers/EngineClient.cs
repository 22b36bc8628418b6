using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>A container engine's API over its unix socket, as far as modules need it. Thread-safe; whoever made it disposes it.</summary>
internal sealed class EngineClient : IDisposable
{
    // What this was written for: Debian 12's engine speaks no newer version than the first, and some of Docker's newest none older than the last.
    private static readonly Version Oldest = new(1, 41);
    private static readonly Version Newest = new(1, 44);

    private const int LargestAnswer = 8 << 20;
    private const int LongestWord = 500;

    private readonly HttpClient _http;
    private readonly EngineLimits _limits;
    private readonly EnginePipelines _pipelines;
    private readonly TimeProvider _time;
    private volatile Version? _version;

    public EngineClient(string socket, EngineLimits limits, TimeProvider time)
    {
        (Socket, _limits, _time) = (socket, limits, time);
        _pipelines = new EnginePipelines(limits, time);
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
        // Each call has a limit of its own.
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine/"), Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }

    /// <summary>The path of the engine's socket.</summary>
    public string Socket { get; }

    /// <summary>Whether the engine's socket is there.</summary>
    public bool IsThere => File.Exists(Socket);

    /// <summary>Asks; again where that may help.</summary>
    /// <param name="path">The path after the version.</param>
    /// <param name="allowed">Statuses beside success that are no failure.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="RunnerException">The engine refuses or does not answer.</exception>
    public Task<(int Status, byte[] Body)> AskAsync(string path, int[] allowed, CancellationToken ct) =>
        CallAsync(_pipelines.Question, $"GET {path}", attempt => SendAsync(HttpMethod.Get, path, null, allowed, attempt), ct);

    /// <summary>Changes something, in one attempt.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path after the version.</param>
    /// <param name="body">The body; null: none.</param>
    /// <param name="allowed">Statuses beside success that are no failure.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="RunnerException">The engine refuses or does not answer.</exception>
    public Task<(int Status, byte[] Body)> ChangeAsync(HttpMethod method, string path, JsonNode? body, int[] allowed, CancellationToken ct) =>
        CallAsync(_pipelines.Change, $"{method} {path}", attempt => SendAsync(method, path, body, allowed, attempt), ct);

    /// <summary>Has an image fetched from its registry, as long as something comes.</summary>
    /// <exception cref="RunnerException">It cannot be had, or nothing came for too long.</exception>
    public Task FetchAsync(ImageReference image, CancellationToken ct)
    {
        var path = $"images/create?fromImage={Uri.EscapeDataString(image.Name)}&tag={Uri.EscapeDataString(image.Version)}";
        return CallAsync(_pipelines.Fetch, $"POST {path}", attempt => FetchAsync(path, attempt), ct);
    }

    /// <summary>Is told what happens until the engine has no more to say.</summary>
    /// <param name="path">The path after the version; it names the end.</param>
    /// <param name="told">Called for each thing that happened.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="RunnerException">The engine refuses, goes away or does not come to an end.</exception>
    public Task WatchAsync(string path, Action told, CancellationToken ct) => CallAsync(_pipelines.Watch, $"GET {path}", attempt => ReadLinesAsync(path, told, attempt), ct);

    public void Dispose() => _http.Dispose();

    private async Task<T> CallAsync<T>(ResiliencePipeline pipeline, string what, Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await pipeline.ExecuteAsync(async attempt => await call(attempt), ct);
        }
        catch (EngineException e)
        {
            throw new RunnerException(e.Message, e);
        }
        catch (TimeoutRejectedException e)
        {
            throw new RunnerException($"The container engine at {Socket} does not answer {what} within {e.Timeout.TotalSeconds} s.", e);
        }
        catch (BrokenCircuitException e)
        {
            throw new RunnerException($"The container engine at {Socket} did not answer just now and is left alone for {_limits.Break.TotalSeconds} s: {(IsThere ? e.InnerException?.Message ?? e.Message : "its socket is not there")}", e);
        }
        catch (Exception e) when (EnginePipelines.IsAway(e))
        {
            throw new RunnerException(IsThere ? $"The container engine at {Socket} cannot be reached: {e.Message}" : $"There is no container engine at {Socket}.", e);
        }
    }

    private async Task<(int Status, byte[] Body)> SendAsync(HttpMethod method, string path, JsonNode? body, int[] allowed, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, await VersionedAsync(path, ct));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(HubJson.ToUtf8(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await _http.SendAsync(request, ct);
        var content = await response.Content.ReadAsByteArrayAsync(ct);
        var status = (int)response.StatusCode;
        return status < 400 || allowed.Contains(status) ? (status, content) : throw Refused(status, $"{method} {path}", Encoding.UTF8.GetString(content));
    }

    /// <summary>Which version of the API to speak is asked once, of an address that has none.</summary>
    private async Task<string> VersionedAsync(string path, CancellationToken ct)
    {
        if (_version is null)
        {
            using var response = await _http.GetAsync(new Uri("version", UriKind.Relative), ct);
            var content = await response.Content.ReadAsByteArrayAsync(ct);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused((int)response.StatusCode, "GET version", Encoding.UTF8.GetString(content));
            }

            var about = HubJson.TryParseObject(content, out var read, out _) ? read : [];
            var (least, most) = (Read(about["MinAPIVersion"]), Read(about["ApiVersion"]));
            var wanted = most is null ? Oldest : most < Newest ? most : Newest;
            _version = least > wanted ? least : wanted;
        }

        return $"v{_version}/{path}";

        static Version? Read(JsonNode? text) => Version.TryParse(text?.ToString(), out var version) ? version : null;
    }

    private async Task<bool> ReadLinesAsync(string path, Action told, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await VersionedAsync(path, ct));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            if (!response.IsSuccessStatusCode)
            {
                throw Refused((int)response.StatusCode, $"GET {path}", line);
            }

            told();
        }

        return response.IsSuccessStatusCode ? true : throw Refused((int)response.StatusCode, $"GET {path}", "");
    }

    /// <summary>The engine answers at once and then tells how far it is, one JSON object a line. What fails later stands in such a line.</summary>
    private async Task<bool> FetchAsync(string path, CancellationToken ct)
    {
        using var silence = new CancellationTokenSource(_limits.FetchSilence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, await VersionedAsync(path, either.Token));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(either.Token));
            while (await lines.ReadLineAsync(either.Token) is { } line)
            {
                silence.CancelAfter(_limits.FetchSilence);
                if (!response.IsSuccessStatusCode || IsFault(line))
                {
                    throw Refused((int)response.StatusCode, $"POST {path}", line);
                }
            }

            return response.IsSuccessStatusCode ? true : throw Refused((int)response.StatusCode, $"POST {path}", "");
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutRejectedException($"Nothing came for {_limits.FetchSilence}.", _limits.FetchSilence);
        }
    }

    private static bool IsFault(string line) => HubJson.TryParseObject(Encoding.UTF8.GetBytes(line), out var progress, out _) && progress.ContainsKey("error");

    private static EngineException Refused(int status, string what, string why) =>
        new(status, $"The container engine answers {status} to {what}: {why[..Math.Min(why.Length, LongestWord)]}");
}
