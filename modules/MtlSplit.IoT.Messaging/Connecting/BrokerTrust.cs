using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.Messaging.Connecting;

/// <summary>Whom one TLS handshake trusts, as whom it appears, and in plain words why it failed.</summary>
internal sealed class BrokerTrust(BusTlsOptions tls, string host, int port)
{
    private readonly X509Certificate2Collection _authorities = [];

    private bool OwnAuthorities => tls.CaFile is not null || tls.CaPem is not null;

    /// <summary>Why the broker's certificate was refused; null: it was not.</summary>
    public string? Fault { get; private set; }

    /// <summary>The handshake's options.</summary>
    /// <exception cref="CryptographicException">What should be PEM is not.</exception>
    public SslClientAuthenticationOptions Authentication()
    {
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = tls.ServerName ?? host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accepts(certificate as X509Certificate2, chain, errors),
            ClientCertificateContext = ClientCertificate(),
        };
        if (OwnAuthorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            if (tls.CaFile is not null)
            {
                _authorities.ImportFromPemFile(tls.CaFile);
            }
            else
            {
                _authorities.ImportFromPem(tls.CaPem);
            }

            policy.CustomTrustStore.AddRange(_authorities);
            authentication.CertificateChainPolicy = policy;
        }

        return authentication;
    }

    private SslStreamCertificateContext? ClientCertificate()
    {
        var pem = tls.ClientCertificateFile is null ? tls.ClientCertificatePem : File.ReadAllText(tls.ClientCertificateFile);
        if (pem is null)
        {
            return null;
        }

        var key = tls.ClientKeyFile is null ? tls.ClientKeyPem : File.ReadAllText(tls.ClientKeyFile);
        var between = new X509Certificate2Collection();
        between.ImportFromPem(pem);
        between.RemoveAt(0);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(pem, key), between, offline: true);
    }

    private bool Accepts(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        Fault = $"The certificate of the broker at {host}:{port} is not accepted: " + (certificate is null
            ? "it showed none."
            : string.Join(' ', FaultsOf(certificate, chain, errors)));
        return false;
    }

    private IEnumerable<string> FaultsOf(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            yield return $"it is for {NamesOf(certificate)}, not for '{tls.ServerName ?? host}'; dial a name that it carries, or set the server name to one.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var top = chain is { ChainElements.Count: > 0 } ? chain.ChainElements[^1].Certificate : certificate;
            var why = chain is null ? "" : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
            var trusted = !OwnAuthorities ? "the machine's own authorities"
                : _authorities.Count == 0 ? "nobody, since no certificate was given to trust"
                : string.Join(", ", _authorities.Select(authority => $"'{authority.Subject}'"));
            yield return $"it is '{certificate.Subject}', valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm}Z to "
                + $"{certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z, and leads up to the authority '{top.Issuer}', which would have to be trusted; trusted is {trusted} ({why}).";
        }
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var all = names is null ? [] : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())).Select(name => $"'{name}'").ToList();
        return all.Count == 0 ? $"'{certificate.Subject}'" : string.Join(", ", all);
    }
}
