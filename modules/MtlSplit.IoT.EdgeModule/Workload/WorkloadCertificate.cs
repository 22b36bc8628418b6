namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>A certificate made by the workload API, with its key. Its text shows no key.</summary>
/// <param name="CertificatePem">The certificate, and those between it and its authority.</param>
/// <param name="PrivateKeyPem">The certificate's private key, not encrypted.</param>
/// <param name="ValidFrom">When it begins to be valid.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record WorkloadCertificate(string CertificatePem, string PrivateKeyPem, DateTimeOffset ValidFrom, DateTimeOffset ExpiresAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"a certificate valid from {ValidFrom:O} to {ExpiresAt:O}";
}
