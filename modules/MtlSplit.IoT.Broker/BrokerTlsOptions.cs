namespace MtlSplit.IoT.Broker;

/// <summary>How the broker proves itself, and which client certificates it takes.</summary>
public sealed class BrokerTlsOptions
{
    /// <summary>The server's certificate with its chain, PEM.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>The server's private key, PEM, not encrypted.</summary>
    public required string KeyFile { get; init; }

    /// <summary>
    /// The authority that signs vehicles' certificates, PEM. A client that shows a certificate of it is the vehicle that the
    /// certificate's common name says, without a password. Null = no client certificates.
    /// </summary>
    public string? ClientAuthorityFile { get; init; }

    /// <summary>Refuse clients without a certificate, whatever password they have.</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>The fleet that certificate holders belong to; null = any.</summary>
    public string? ClientFleet { get; init; }
}
