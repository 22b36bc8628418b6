using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Access;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Twins;
using MtlSplit.IoT.DevHub.Storing;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.DevHub.Connecting;

/// <summary>What the hub does for clients that speak MQTT. Thread-safe.</summary>
internal sealed class HubBackend(HubRegistry registry, ClientProof proof, EventTail events, SessionTable sessions, HubThrottle throttle, ILogger<HubBackend> log) : IHubBackend
{
    /// <inheritdoc/>
    public ValueTask<ConnectDecision> AuthenticateAsync(ConnectRequest request, CancellationToken ct)
    {
        var id = request.Username.Identity;
        var state = registry.State;
        var outcome = state.Find(id) is not { } entry ? Proof.Refused("it is not registered")
            : !entry.Identity.Enabled || !state.Devices[id.DeviceId].Self.Identity.Enabled ? Proof.Refused("it is disabled")
            : proof.Check(entry, request.Password, request.ClientCertificate);
        if (outcome.Fault is not { } fault)
        {
            // Counted only now: whoever is nobody must not use up what others need.
            return ValueTask.FromResult(throttle.TryTake(ThrottledOperation.Connections, out _)
                ? ConnectDecision.Accept(outcome.Expires)
                : ConnectDecision.Refuse(ConnectRefusal.Unavailable, "connections come faster than the hub takes them"));
        }

        Log.Refused(log, id.ClientId, request.Remote, fault);
        return ValueTask.FromResult(ConnectDecision.Refuse(ConnectRefusal.NotAuthorised, fault));
    }

    /// <inheritdoc/>
    public ValueTask ConnectedAsync(HubIdentity id, CancellationToken ct)
    {
        registry.Change(change =>
        {
            // It may have been removed or disabled since it was let in; whoever did that did not find its connection.
            var entry = IdentityRegistration.Require(change.State, id);
            if (!entry.Identity.Enabled || !change.State.Devices[id.DeviceId].Self.Identity.Enabled)
            {
                throw new HubException(HubErrors.IotHubUnauthorizedAccess, $"{id.ClientId} was disabled.");
            }

            change.Put(entry with { Identity = entry.Identity with { Connected = true, ConnectionUpdated = change.Now, LastActivity = change.Now } });
            return id;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisconnectedAsync(HubIdentity id, string reason, CancellationToken ct)
    {
        registry.Change(change =>
        {
            if (change.State.Find(id) is { Identity.Connected: true } entry)
            {
                change.Put(entry with { Identity = entry.Identity with { Connected = false, ConnectionUpdated = change.Now, LastActivity = change.Now } });
            }

            return id;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask SubscriptionsChangedAsync(SessionSubscriptions subscriptions, CancellationToken ct)
    {
        // Of one that was removed meanwhile nothing is kept.
        if (registry.State.Find(subscriptions.Identity) is not null)
        {
            sessions.Put(subscriptions);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask AcceptTelemetryAsync(HubIdentity id, HubMessage message, CancellationToken ct)
    {
        await throttle.WaitAsync(ThrottledOperation.Sends, ct);
        events.Append(id, message);
    }

    /// <inheritdoc/>
    public ValueTask<JsonObject> GetTwinAsync(HubIdentity id, CancellationToken ct)
    {
        throttle.Take(ThrottledOperation.TwinReads);
        var twin = IdentityRegistration.Require(registry.State, id).Twin;
        return ValueTask.FromResult(new JsonObject { ["desired"] = twin.Desired.ToClientJson(), ["reported"] = twin.Reported.ToClientJson() });
    }

    /// <inheritdoc/>
    public ValueTask<long?> PatchReportedAsync(HubIdentity id, JsonObject patch, CancellationToken ct)
    {
        throttle.Take(ThrottledOperation.TwinUpdates);
        return ValueTask.FromResult<long?>(registry.Change(change => TwinChanges.Report(change, id, patch)));
    }
}
