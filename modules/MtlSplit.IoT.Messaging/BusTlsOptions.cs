namespace MtlSplit.IoT.Messaging;

/// <summary>How a connection to the bus is encrypted, and how either side proves who it is. Files are PEM and read at every connect.</summary>
public sealed record BusTlsOptions
{
    /// <summary>Certificates that may have signed the broker's; null: the machine's own trust store.</summary>
    public string? CaFile { get; set; }

    /// <summary>This client's certificate; null: none is shown. Needs <see cref="ClientKeyFile"/>.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>The private key of <see cref="ClientCertificateFile"/>, not encrypted.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The name that the broker's certificate must carry; null: <see cref="BusOptions.Host"/>.</summary>
    public string? ServerName { get; set; }
}
