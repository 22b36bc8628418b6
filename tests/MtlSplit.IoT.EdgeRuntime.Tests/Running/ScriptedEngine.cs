using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeRuntime.Serving;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Running;

/// <summary>A container engine as its API's documents describe it, without containers.</summary>
internal sealed class ScriptedEngine : IAsyncDisposable
{
    private readonly HttpHost _host;
    private readonly CancellationTokenSource _gone = new();
    private readonly SemaphoreSlim _ends = new(0);
    private int _asked;

    public ScriptedEngine(string socket)
    {
        _host = new HttpHost(new UnixDomainSocketEndPoint(socket), null, (request, _, ct) => AnswerAsync(request, ct), TimeProvider.System, NullLogger.Instance);
        _host.Start();
    }

    public HashSet<string> Images { get; } = ["test/image:1"];

    public Dictionary<string, JsonObject> Containers { get; } = [];

    /// <summary>Requests so far.</summary>
    public int Asked => _asked;

    /// <summary>The oldest and the newest version of the API that it speaks; null: it does not say.</summary>
    public (string? Oldest, string? Newest) Speaks { get; set; } = ("1.12", "1.41");

    /// <summary>The versions that it was spoken to in.</summary>
    public HashSet<string> Versions { get; } = [];

    public bool Broken { get; set; }

    /// <summary>Takes requests and never answers.</summary>
    public bool Hung { get; set; }

    /// <summary>Answers so many of the next requests with 503.</summary>
    public int FailNext { get; set; }

    /// <summary>The last line of what it says while it fetches an image; null: there is no registry.</summary>
    public string? Progress { get; set; }

    public bool HangsFetching { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _host.DisposeAsync();
        _gone.Dispose();
        _ends.Dispose();
    }

    public void Exit(string name, int code)
    {
        Containers[name]["State"] = new JsonObject { ["Running"] = false, ["ExitCode"] = code, ["Pid"] = 0, ["StartedAt"] = "2026-01-01T00:00:00.5Z", ["FinishedAt"] = "2026-01-01T00:00:01.5Z" };
        _ends.Release();
    }

    private async Task<HttpReply> AnswerAsync(HttpRequest request, CancellationToken ct)
    {
        Interlocked.Increment(ref _asked);
        if (Hung || (HangsFetching && request.Segments is [_, "images", "create"]))
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _gone.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (FailNext > 0)
        {
            FailNext--;
            return HttpReply.Fault(503, "busy");
        }

        if (request.Segments is ["version"])
        {
            return new HttpReply(200, new JsonObject { ["MinAPIVersion"] = Speaks.Oldest, ["ApiVersion"] = Speaks.Newest });
        }

        Versions.Add(request.Segments[0]);
        if (request.Segments is [_, "events"])
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _gone.Token);
            await _ends.WaitAsync(either.Token);
            return new HttpReply(200, new JsonObject { ["Type"] = "container", ["Action"] = "die" });
        }

        return Answer(request);
    }

    private HttpReply Answer(HttpRequest request) => Broken ? HttpReply.Fault(500, "broken") : (request.Method, request.Segments.Skip(1).ToArray()) switch
    {
        ("GET", ["containers", "json"]) => new HttpReply(200, new JsonArray([.. Containers.Keys.Select(name => new JsonObject { ["Id"] = name })])),
        ("GET", ["containers", var name, "json"]) => Containers.TryGetValue(name, out var found) ? new HttpReply(200, found.DeepClone()) : HttpReply.Fault(404, "No such container"),
        ("GET", ["images", .. var image, "json"]) => Images.Contains(string.Join('/', image)) ? new HttpReply(200, new JsonObject()) : HttpReply.Fault(404, "No such image"),
        ("POST", ["images", "create"]) => Progress is null ? HttpReply.Fault(500, "there is no registry") : new HttpReply(200, JsonNode.Parse(Progress)),
        ("POST", ["containers", "create"]) => Create(request),
        ("POST", ["containers", var name, "start"]) => Start(name),
        ("POST", ["containers", var name, "stop"]) => Stop(name),
        ("DELETE", ["containers", var name]) => Containers.Remove(name) ? new HttpReply(204) : HttpReply.Fault(404, "No such container"),
        _ => HttpReply.Fault(404, "page not found"),
    };

    private HttpReply Create(HttpRequest request)
    {
        var body = JsonNode.Parse(request.Body.Span)!.AsObject();
        Containers.Add(request.Query["name"], new JsonObject
        {
            ["Config"] = body,
            ["Id"] = request.Query["name"],
            ["State"] = new JsonObject { ["Running"] = false, ["ExitCode"] = 0, ["Pid"] = 0, ["StartedAt"] = "0001-01-01T00:00:00Z", ["FinishedAt"] = "0001-01-01T00:00:00Z" },
        });
        return new HttpReply(201, new JsonObject { ["Id"] = request.Query["name"] });
    }

    private HttpReply Start(string name)
    {
        Containers[name]["State"] = new JsonObject { ["Running"] = true, ["ExitCode"] = 0, ["Pid"] = 4711, ["StartedAt"] = "2026-01-01T00:00:00.5Z", ["FinishedAt"] = "0001-01-01T00:00:00Z" };
        return new HttpReply(204);
    }

    private HttpReply Stop(string name)
    {
        Exit(name, 143);
        return new HttpReply(204);
    }
}
