using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Registry.Changes;

/// <summary>What a change means for a client that is connected.</summary>
/// <param name="Id">The client.</param>
/// <param name="DesiredPatch">What became of its desired properties, with <c>$version</c>; null: nothing.</param>
/// <param name="CloseReason">Why its connection must end; null: it may stay.</param>
internal sealed record RegistryNotice(HubIdentity Id, JsonObject? DesiredPatch, string? CloseReason);
