using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.HubGateway.Tests.Serving;

/// <summary>A small hub in memory: lets in whoever has the password, keeps messages and twins, and can be made to fail or to wait.</summary>
internal sealed class RecordingBackend : IHubBackend
{
    public const string Password = "let me in";

    private readonly ConcurrentDictionary<HubIdentity, JsonObject> _reported = new();
    private readonly ConcurrentDictionary<HubIdentity, long> _versions = new();
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly Channel<(HubIdentity From, HubMessage Message)> _telemetry = Channel.CreateUnbounded<(HubIdentity, HubMessage)>();

    /// <summary>What happened, in order: "connected d/m", "disconnected d/m", "subscribed d/m: filter=qos …".</summary>
    public ChannelReader<string> Events => _events.Reader;

    public ChannelReader<(HubIdentity From, HubMessage Message)> Telemetry => _telemetry.Reader;

    public Func<ConnectRequest, CancellationToken, ValueTask<ConnectDecision>> Authenticate { get; set; } =
        (request, _) => ValueTask.FromResult(request.Password == Password ? ConnectDecision.Accept() : ConnectDecision.Refuse(ConnectRefusal.NotAuthorised, "the password is wrong"));

    /// <summary>Called before a message is recorded.</summary>
    public Func<HubMessage, CancellationToken, ValueTask> OnTelemetry { get; set; } = (_, _) => ValueTask.CompletedTask;

    /// <summary>Called before a twin is read or changed.</summary>
    public Func<CancellationToken, ValueTask> OnTwin { get; set; } = _ => ValueTask.CompletedTask;

    public Func<HubIdentity, ValueTask> OnConnected { get; set; } = _ => ValueTask.CompletedTask;

    public bool OmitsVersion { get; set; }

    public ValueTask<ConnectDecision> AuthenticateAsync(ConnectRequest request, CancellationToken ct) => Authenticate(request, ct);

    public async ValueTask ConnectedAsync(HubIdentity id, CancellationToken ct)
    {
        _events.Writer.TryWrite($"connected {id}");
        await OnConnected(id);
    }

    public ValueTask DisconnectedAsync(HubIdentity id, string reason, CancellationToken ct)
    {
        _events.Writer.TryWrite($"disconnected {id}");
        return ValueTask.CompletedTask;
    }

    public ValueTask SubscriptionsChangedAsync(SessionSubscriptions subscriptions, CancellationToken ct)
    {
        _events.Writer.TryWrite($"subscribed {subscriptions.Identity}: {string.Join(' ', subscriptions.Filters.Select(filter => $"{filter.Key}={filter.Value}"))}");
        return ValueTask.CompletedTask;
    }

    public async ValueTask AcceptTelemetryAsync(HubIdentity id, HubMessage message, CancellationToken ct)
    {
        await OnTelemetry(message, ct);
        _telemetry.Writer.TryWrite((id, message));
    }

    public async ValueTask<JsonObject> GetTwinAsync(HubIdentity id, CancellationToken ct)
    {
        await OnTwin(ct);
        var reported = (JsonObject)_reported.GetOrAdd(id, _ => []).DeepClone();
        reported["$version"] = _versions.GetOrAdd(id, 1);
        return new JsonObject { ["desired"] = new JsonObject { ["rate"] = 5, ["$version"] = 3 }, ["reported"] = reported };
    }

    public async ValueTask<long?> PatchReportedAsync(HubIdentity id, JsonObject patch, CancellationToken ct)
    {
        await OnTwin(ct);
        _reported.AddOrUpdate(id, _ => MergePatch.Apply([], patch), (_, old) => MergePatch.Apply(old, patch));
        var version = _versions.AddOrUpdate(id, 2, (_, old) => old + 1);
        return OmitsVersion ? null : version;
    }
}
