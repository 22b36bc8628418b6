namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>The workload API's bodies, as they stand on the wire.</summary>
internal static class WorkloadBodies
{
    internal sealed record SignRequest(string KeyId, string Algo, string Data);

    internal sealed record SignReply(string? Digest);

    internal sealed record TrustBundleReply(string? Certificate);

    internal sealed record IdentityCertificateRequest(string? Expiration);

    internal sealed record ServerCertificateRequest(string CommonName, string Expiration);

    internal sealed record PrivateKeyReply(string? Type, string? Bytes);

    internal sealed record CertificateReply(PrivateKeyReply? PrivateKey, string? Certificate, string? Expiration);

    internal sealed record ErrorReply(string? Message);
}
