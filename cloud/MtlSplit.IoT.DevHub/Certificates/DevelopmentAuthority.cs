using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.DevHub.Certificates;

/// <summary>
/// The authority that this hub makes for itself at its first start: ECDSA on P-256. It signs the hub's own server certificates and nothing
/// else; clients trust it by its PEM file. Immutable.
/// </summary>
internal sealed class DevelopmentAuthority : IDisposable
{
    /// <summary>How long the authority is valid.</summary>
    public static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);

    /// <summary>How long a server certificate is valid.</summary>
    public static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(90);

    // Clocks of clients may be behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private DevelopmentAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate without its key, PEM.</summary>
    public string CertificatePem => Certificate.ExportCertificatePem();

    /// <summary>A new authority.</summary>
    public static DevelopmentAuthority Create(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CommonName($"MtlSplit.IoT development authority of {name}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return new DevelopmentAuthority(request.CreateSelfSigned(now - Backdating, now + AuthorityLifetime));
    }

    /// <summary>An authority that was kept.</summary>
    /// <exception cref="CryptographicException">It is not one.</exception>
    public static DevelopmentAuthority Load(string certificatePem, string keyPem) => new(X509Certificate2.CreateFromPem(certificatePem, keyPem));

    /// <summary>Its key, PKCS#8 in PEM.</summary>
    public string ExportKeyPem()
    {
        using var key = Certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>A certificate for this hub's servers.</summary>
    /// <param name="hosts">Host names and IP addresses by which it is dialled.</param>
    /// <param name="now">The time.</param>
    public X509Certificate2 Issue(IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CommonName(hosts[0]), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var end = now + ServerLifetime;
        // No certificate outlives its authority.
        using var issued = request.Create(Certificate, now - Backdating, end < Certificate.NotAfter ? end : Certificate.NotAfter, RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private static X500DistinguishedName CommonName(string name)
    {
        // A common name has room for 64 characters.
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name.Length > 64 ? name[..64] : name);
        return builder.Build();
    }
}
