using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Twins;
using MtlSplit.IoT.EdgeRuntime.EdgeHub.Upstream;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.HubProtocol.Routes;
using MtlSplit.IoT.HubProtocol.Topics;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>What edgeHub does for the modules that are connected to it. Thread-safe.</summary>
internal sealed class EdgeHubBackend(
    ModuleDoor door, IModuleIdentities identities, TwinCache cache, QueueSet queues, UpstreamLinks links, PatchCarrier carrier, HubClients clients, SessionFile sessions, TimeProvider time, ILogger logger) : IHubBackend
{
    // A module asks for its twin when it starts: it should not wait long for a hub that is away.
    private static readonly TimeSpan HubPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MethodPatience = TimeSpan.FromSeconds(300);

    private volatile RouteTable _routes = RouteTable.Empty;

    /// <summary>The routes in force.</summary>
    public RouteTable Routes
    {
        get => _routes;
        set => _routes = value;
    }

    /// <summary>Where modules are reached. Set once, before any is connected.</summary>
    public Gateway? Gateway { get; set; }

    /// <inheritdoc/>
    public ValueTask<ConnectDecision> AuthenticateAsync(ConnectRequest request, CancellationToken ct) => ValueTask.FromResult(door.Check(request));

    /// <inheritdoc/>
    public ValueTask ConnectedAsync(HubIdentity id, CancellationToken ct)
    {
        clients.Connected(id);
        if (identities.Find(id.ModuleId!) is { } module)
        {
            Follow(links.Of(module), id);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisconnectedAsync(HubIdentity id, string reason, CancellationToken ct)
    {
        clients.Disconnected(id);
        links.ReleaseUnlessBack(id.ModuleId!, () => Gateway?.IsConnected(id) == true);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask SubscriptionsChangedAsync(SessionSubscriptions subscriptions, CancellationToken ct)
    {
        var id = subscriptions.Identity;
        if (Gateway is { } gateway)
        {
            sessions.Write(gateway.Export);
        }

        if (subscriptions.Takes(HubFilterKind.MethodRequests) && identities.Find(id.ModuleId!) is { } module)
        {
            // The hub is to know of methods only when there is somebody to answer them.
            _ = WatchAsync(id.ModuleId!, links.Of(module).SetDefaultMethodHandlerAsync((call, token) => InvokeAsync(id, call, token), CancellationToken.None));
        }

        foreach (var queue in queues.All.Where(queue => queue.Sink.ModuleId == id.ModuleId))
        {
            queue.Signal();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AcceptTelemetryAsync(HubIdentity id, HubMessage message, CancellationToken ct)
    {
        EdgeHubMetrics.Received.Add(1);
        Route(MessageSources.Of(id, message), id.ModuleId!, message);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<JsonObject> GetTwinAsync(HubIdentity id, CancellationToken ct)
    {
        var module = identities.Find(id.ModuleId!) ?? throw new HubException(HubErrors.ModuleNotFound, $"{id} is not known.");
        var known = cache.Find(id.ModuleId!);
        try
        {
            // With a twin in the cache a hub that is away is not waited for.
            if (await links.ConnectedAsync(module, known is null ? HubPatience : TimeSpan.FromMilliseconds(200), ct) is { } client)
            {
                return cache.Put(id.ModuleId!, await client.GetTwinAsync(ct).WaitAsync(HubPatience, time, ct)).ToClientJson();
            }
        }
        catch (Exception e) when (e is HubException or FormatException or TimeoutException or ModuleConnectException or ObjectDisposedException)
        {
            Log.UpstreamAway(logger, id.ModuleId!, e.Message);
        }

        return cache.Find(id.ModuleId!)?.ToClientJson() ?? throw new HubException(HubErrors.ServiceUnavailable, $"The hub is away, and the twin of {id} was never here.");
    }

    /// <inheritdoc/>
    public ValueTask<long?> PatchReportedAsync(HubIdentity id, JsonObject patch, CancellationToken ct)
    {
        cache.AddPatch(id.ModuleId!, patch);
        carrier.Signal();
        Route(MessageSources.TwinChanges, id.ModuleId!, new HubMessage
        {
            Body = HubJson.ToUtf8(patch),
            System = new MessageProperties
            {
                ContentType = "application/json",
                ContentEncoding = "utf-8",
                ConnectionDeviceId = id.DeviceId,
                ConnectionModuleId = id.ModuleId,
            },
        });

        // As the real edgeHub, which cannot know the version either.
        return ValueTask.FromResult<long?>(null);
    }

    private void Route(string source, string sender, HubMessage message)
    {
        var matches = _routes.Match(source, message);
        if (matches.Count == 0)
        {
            EdgeHubMetrics.Drop("no route", 1);
            return;
        }

        var now = time.GetUtcNow();
        foreach (var match in matches)
        {
            queues.Of(match.Sink).Append(match.Priority, new StoredMessage(sender, now + match.TimeToLive, message));
        }
    }

    /// <summary>Follows the module's desired properties while it is connected.</summary>
    private void Follow(IModuleClient client, HubIdentity id) => _ = WatchAsync(id.ModuleId!, client.SetDesiredPropertyHandlerAsync(
        (change, _) =>
        {
            // What comes while the module is between two connections is not taken: it is a difference again when the module is back and followed anew.
            if (Gateway is { } gateway && gateway.IsConnected(id) && cache.PutDesired(id.ModuleId!, change.Desired, change.Version) is { } patch)
            {
                gateway.NotifyDesired(id, patch);
            }

            return Task.CompletedTask;
        },
        CancellationToken.None));

    private async Task<MethodResult> InvokeAsync(HubIdentity id, MethodCall call, CancellationToken ct)
    {
        try
        {
            return await Gateway!.InvokeMethodAsync(id, new MethodRequest(call.Name, call.Payload, MethodPatience, UpstreamLinks.BetweenConnections), ct);
        }
        catch (HubException e)
        {
            return new MethodResult(e.Code.HttpStatus, new JsonObject { ["message"] = e.Message });
        }
    }

    // These end when the hub answers, which may be long after the module is content.
    private async Task WatchAsync(string moduleId, Task subscribing)
    {
        try
        {
            await subscribing;
        }
        catch (Exception e) when (e is ModuleConnectException or ObjectDisposedException or OperationCanceledException)
        {
            Log.UpstreamAway(logger, moduleId, e.Message);
        }
    }
}
