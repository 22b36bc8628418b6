namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>The client certificate of the TLS connection is the proof; there is no password.</summary>
internal sealed class CertificateProof : IModuleProof
{
    public ValueTask<(string? Password, DateTimeOffset? Expires)> ProveAsync(string resource, DateTimeOffset expires, CancellationToken ct) =>
        ValueTask.FromResult<(string?, DateTimeOffset?)>((null, null));
}
