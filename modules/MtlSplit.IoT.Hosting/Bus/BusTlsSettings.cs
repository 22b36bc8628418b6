using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Hosting.Bus;

/// <summary>How the connection to the bus is encrypted. Section <c>Bus:Tls</c>. Files are PEM.</summary>
public sealed class BusTlsSettings
{
    /// <summary>Certificates that may have signed the broker's; null: the machine's own.</summary>
    public string? CaFile { get; set; }

    /// <summary>This client's certificate; null: none.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>The private key of the client's certificate.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The name that the broker's certificate must carry; null: the host's.</summary>
    public string? ServerName { get; set; }

    internal BusTlsOptions ToOptions() => new()
    {
        CaFile = CaFile,
        ClientCertificateFile = ClientCertificateFile,
        ClientKeyFile = ClientKeyFile,
        ServerName = ServerName,
    };
}
