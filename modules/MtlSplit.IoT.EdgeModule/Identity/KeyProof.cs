using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>Tokens signed here, with the key of a connection string.</summary>
/// <param name="key">The key's bytes.</param>
/// <param name="keyName">The policy that it belongs to; null: it is the module's own.</param>
internal sealed class KeyProof(byte[] key, string? keyName) : IModuleProof
{
    public ValueTask<(string? Password, DateTimeOffset? Expires)> ProveAsync(string resource, DateTimeOffset expires, CancellationToken ct) =>
        ValueTask.FromResult<(string?, DateTimeOffset?)>((SasToken.Create(resource, key, expires, keyName).ToString(), expires));
}
