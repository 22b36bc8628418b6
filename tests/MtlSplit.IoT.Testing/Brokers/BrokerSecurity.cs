using MtlSplit.IoT.Testing.Certificates;

namespace MtlSplit.IoT.Testing.Brokers;

/// <summary>Whom a broker under test lets in.</summary>
public sealed record BrokerSecurity
{
    /// <summary>The one user who may do everything; null: no passwords.</summary>
    public string? User { get; init; }

    /// <summary>Its password.</summary>
    public string? Password { get; init; }

    /// <summary>TLS with these, and a certificate of their authority asked of every client; null: no TLS.</summary>
    public TestCertificates? Certificates { get; init; }
}
