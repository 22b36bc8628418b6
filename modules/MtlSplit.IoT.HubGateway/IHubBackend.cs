using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubGateway;

/// <summary>
/// What a hub does for its clients. Calls for different clients come concurrently; those for one client come one after the other, in the
/// order in which the client asked (<see cref="AuthenticateAsync"/> excepted, which comes before the client is known to be who it says).
/// Every call is to end soon after its token: a client's connection ends no sooner.
/// </summary>
public interface IHubBackend
{
    /// <summary>Says whether a client may connect. An exception keeps it out with <see cref="ConnectRefusal.Unavailable"/>.</summary>
    ValueTask<ConnectDecision> AuthenticateAsync(ConnectRequest request, CancellationToken ct);

    /// <summary>
    /// A client is connected and can be reached; nothing that it sent is handled before this returns. After each of these comes one
    /// <see cref="DisconnectedAsync"/>, even if this throws, which ends the connection.
    /// </summary>
    ValueTask ConnectedAsync(HubIdentity id, CancellationToken ct);

    /// <summary>A client is gone and everything it sent is handled. The next connection of the same client waits for this.</summary>
    /// <param name="id">The client.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="ct">Ends after <see cref="GatewayOptions.BackendTimeout"/>.</param>
    ValueTask DisconnectedAsync(HubIdentity id, string reason, CancellationToken ct);

    /// <summary>
    /// The client's subscriptions are now these: after <see cref="ConnectedAsync"/> where some were remembered or are forgotten, and after each change.
    /// For backends that persist them (<see cref="Gateway.Export"/>) or wait for them before they deliver. Does nothing by default.
    /// </summary>
    ValueTask SubscriptionsChangedAsync(SessionSubscriptions subscriptions, CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>
    /// Takes a message. The client gets its acknowledgement when this returns, so what must not be lost is stored by then. Any
    /// exception closes the connection, and the client keeps the message. The sender's identity is in <see cref="HubMessage.System"/>, whatever
    /// the client put there; the message is the backend's to keep.
    /// </summary>
    ValueTask AcceptTelemetryAsync(HubIdentity id, HubMessage message, CancellationToken ct);

    /// <summary>Gives a twin as its owner sees it: <c>{"desired":{…,"$version":n},"reported":{…,"$version":m}}</c>. The gateway does not change it.</summary>
    /// <exception cref="HubException">The client gets its status and body as the answer.</exception>
    ValueTask<JsonObject> GetTwinAsync(HubIdentity id, CancellationToken ct);

    /// <summary>Merges a patch into the reported properties.</summary>
    /// <returns>The new version, which the answer then carries; null to leave it out.</returns>
    /// <exception cref="HubException">The client gets its status and body as the answer.</exception>
    ValueTask<long?> PatchReportedAsync(HubIdentity id, JsonObject patch, CancellationToken ct);
}
