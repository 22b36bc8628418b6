using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubGateway.Admitting;

/// <summary>What came of a CONNECT.</summary>
/// <param name="Identity">Who the client is; null where it is refused.</param>
/// <param name="Expires">When its right to be connected ends; null = never.</param>
/// <param name="Will">The message to take should the client go without a word; null = none.</param>
/// <param name="Refusal">What a refused client is told.</param>
/// <param name="Why">What was wrong, for the log.</param>
internal sealed record Admission(HubIdentity? Identity, DateTimeOffset? Expires, HubMessage? Will, ConnectRefusal Refusal, string Why)
{
    public static Admission Refuse(ConnectRefusal refusal, string why) => new(null, null, null, refusal, why);
}
