namespace MtlSplit.IoT.Messaging;

/// <summary>
/// How a connection to the bus is encrypted, and how either side proves who it is. Everything is PEM, in files, which are read at every
/// connect, or as text; not both. Its text shows no key.
/// </summary>
public sealed record BusTlsOptions
{
    /// <summary>Certificates that may have signed the broker's; null: <see cref="CaPem"/>, or else the machine's own trust store.</summary>
    public string? CaFile { get; set; }

    /// <summary>The same as text: one certificate or several.</summary>
    public string? CaPem { get; set; }

    /// <summary>This client's certificate, and those between it and its authority; null: none is shown. Needs <see cref="ClientKeyFile"/>.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>The private key of <see cref="ClientCertificateFile"/>, not encrypted.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The client's certificate as text. Needs <see cref="ClientKeyPem"/>.</summary>
    public string? ClientCertificatePem { get; set; }

    /// <summary>The private key of <see cref="ClientCertificatePem"/> as text, not encrypted.</summary>
    public string? ClientKeyPem { get; set; }

    /// <summary>The name that the broker's certificate must carry; null: <see cref="BusOptions.Host"/>.</summary>
    public string? ServerName { get; set; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"trusting {(CaFile ?? (CaPem is null ? "the machine's authorities" : "authorities given as text"))}, "
        + $"client certificate {ClientCertificateFile ?? (ClientCertificatePem is null ? "none" : "given as text")}, server name {ServerName ?? "as dialled"}";
}
