using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>Tokens signed by the workload API, which keeps the key.</summary>
internal sealed class WorkloadProof(WorkloadClient workload) : IModuleProof
{
    public async ValueTask<(string? Password, DateTimeOffset? Expires)> ProveAsync(string resource, DateTimeOffset expires, CancellationToken ct)
    {
        var seconds = expires.ToUnixTimeSeconds();
        var digest = await workload.SignAsync(SasToken.BytesToSign(resource, seconds), ct);
        return (SasToken.WithSignature(resource, seconds, digest, keyName: null).ToString(), expires);
    }
}
