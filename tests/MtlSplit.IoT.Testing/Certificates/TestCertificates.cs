using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.Testing.Certificates;

/// <summary>An authority, a server for localhost and clients, made for one test, as PEM files in a folder of their own.</summary>
public sealed class TestCertificates : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("mtlsplit-certificates-").FullName;

    private readonly Dictionary<string, (string Certificate, string Key)> _clients = new(StringComparer.Ordinal);

    /// <param name="clientName">The client certificate's common name.</param>
    /// <param name="others">Common names of more clients.</param>
    public TestCertificates(string clientName, params string[] others)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        // Every authority here has the same name; trust in two of them is told apart by their keys.
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var authority = request.CreateSelfSigned(now - Day, now + Day);
        AuthorityFile = Write("authority.pem", authority.ExportCertificatePem());
        (ServerFile, ServerKeyFile) = Issue(authority, "server", "localhost", "1.3.6.1.5.5.7.3.1");
        foreach (var name in others.Prepend(clientName))
        {
            _clients.Add(name, Issue(authority, $"client-{name}", name, "1.3.6.1.5.5.7.3.2"));
        }

        (ClientFile, ClientKeyFile) = ClientOf(clientName);
    }

    public string AuthorityFile { get; }

    public string ServerFile { get; }

    public string ServerKeyFile { get; }

    public string ClientFile { get; }

    public string ClientKeyFile { get; }

    /// <summary>The certificate and the key of the client with a common name.</summary>
    public (string Certificate, string Key) ClientOf(string name) => _clients[name];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (string Certificate, string Key) Issue(X509Certificate2 authority, string file, string name, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        return (Write(file + ".pem", certificate.ExportCertificatePem()), Write(file + ".key", key.ExportPkcs8PrivateKeyPem()));
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
