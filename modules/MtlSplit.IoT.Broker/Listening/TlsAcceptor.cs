using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.Broker.Admission;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Broker.Listening;

/// <summary>Makes the server's side of TLS and says who a client's certificate stands for. Thread-safe; dispose after the last connection.</summary>
internal sealed class TlsAcceptor : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2? _authority;
    private readonly BrokerTlsOptions _options;

    public TlsAcceptor(BrokerTlsOptions options)
    {
        _options = options;
        try
        {
            _certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new BrokerOptionsException("Tls.CertificateFile", $"and Tls.KeyFile do not load from {options.CertificateFile} and {options.KeyFile}: {e.Message}");
        }

        try
        {
            _authority = options.ClientAuthorityFile is { } file ? X509CertificateLoader.LoadCertificateFromFile(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            _certificate.Dispose();
            throw new BrokerOptionsException("Tls.ClientAuthorityFile", $"does not load from {options.ClientAuthorityFile}: {e.Message}");
        }
    }

    /// <summary>Shakes hands. Throws AuthenticationException where the client's certificate is missing or not good.</summary>
    public async Task<(SslStream Stream, Principal? Certified)> AcceptAsync(Stream inner, CancellationToken ct)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ClientCertificateRequired = _authority is not null,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Accepts(certificate),
            },
            ct);
        if (stream.RemoteCertificate is not X509Certificate2 shown)
        {
            return (stream, null);
        }

        return (stream, new Principal(shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false), BrokerRole.Vehicle, _options.ClientFleet));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _authority?.Dispose();
    }

    private bool Accepts(X509Certificate? certificate)
    {
        if (certificate is null || _authority is null)
        {
            return !_options.RequireClientCertificate;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is X509Certificate2 shown && chain.Build(shown) && BusName.IsValid(shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }
}
