using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>A device or a module with its twin. Immutable.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Twin">The twin.</param>
internal sealed record HubEntry(IdentityRecord Identity, TwinRecord Twin)
{
    /// <summary>Who it is.</summary>
    public HubIdentity Id => Identity.Id;
}
