using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>A ready token of a connection string. It cannot be renewed.</summary>
internal sealed class TokenProof(SasToken token, TimeProvider time) : IModuleProof
{
    // What the hub grants to clocks that differ.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public ValueTask<(string? Password, DateTimeOffset? Expires)> ProveAsync(string resource, DateTimeOffset expires, CancellationToken ct) =>
        token.IsExpired(time.GetUtcNow(), Skew)
            ? throw new BusConnectException(
                $"The SharedAccessSignature of the connection string ended at {DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt):O}; a new one is needed.",
                new InvalidOperationException("The token has expired."))
            : ValueTask.FromResult<(string?, DateTimeOffset?)>((token.ToString(), null));
}
