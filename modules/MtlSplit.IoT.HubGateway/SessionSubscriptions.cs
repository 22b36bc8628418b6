using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Topics;

namespace MtlSplit.IoT.HubGateway;

/// <summary>What one client has subscribed to. Immutable.</summary>
/// <param name="Identity">The client.</param>
/// <param name="Persistent">It asked for its subscriptions to outlive its connection (clean session 0).</param>
/// <param name="Filters">Each filter as the client wrote it, with the QoS that was granted, 0 or 1.</param>
public sealed record SessionSubscriptions(HubIdentity Identity, bool Persistent, IReadOnlyList<KeyValuePair<string, byte>> Filters)
{
    /// <summary>Whether it takes a kind of message.</summary>
    public bool Takes(HubFilterKind kind) => Filters.Any(filter => HubFilter.TryParse(filter.Key, Identity, out var own) && own == kind);
}
