namespace MtlSplit.IoT.Broker;

/// <summary>How the broker proves itself, and which client certificates it takes.</summary>
public sealed class BrokerTlsOptions
{
    /// <summary>The server's certificate with its chain, PEM.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>The server's private key, PEM, not encrypted.</summary>
    public required string KeyFile { get; init; }

    /// <summary>
    /// The authorities that sign vehicles' certificates, PEM, one or several. A client that shows a certificate of one is the vehicle that the certificate
    /// says, without a password: the device of a module's identity certificate (<c>azureiot://HUB/devices/DEVICE/modules/MODULE</c> among its
    /// alternative names), else the common name. Null = no client certificates.
    /// </summary>
    public string? ClientAuthorityFile { get; init; }

    /// <summary>Refuse clients without a certificate, whatever password they have.</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>The fleet that certificate holders belong to; null = any.</summary>
    public string? ClientFleet { get; init; }
}
