using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeRuntime.Workload;

/// <summary>
/// The device's own certificate authority, made at its first start and kept in two files, the key in one of its owner's alone. Issues
/// certificates to edgeHub and to modules. Thread-safe; whoever made it disposes it.
/// </summary>
internal sealed class DeviceAuthority : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LongestIssue = TimeSpan.FromDays(90);
    // Clocks differ.
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5);

    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _time;

    private DeviceAuthority(X509Certificate2 certificate, TimeProvider time)
    {
        _certificate = certificate;
        _time = time;
        Pem = $"{certificate.ExportCertificatePem()}\n";
    }

    /// <summary>The certificate, which modules trust.</summary>
    public string Pem { get; }

    /// <summary>The certificate without its key. Not the caller's to dispose.</summary>
    public X509Certificate2 Certificate => _certificate;

    /// <summary>Reads the authority, or makes it.</summary>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="CryptographicException">The files do not belong together.</exception>
    public static DeviceAuthority LoadOrCreate(EdgeFolder folder, string device, TimeProvider time)
    {
        if (PrivateFile.Read(folder.AuthorityKey) is { } key && PrivateFile.Read(folder.Authority) is { } pem)
        {
            return new DeviceAuthority(X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(pem), Encoding.UTF8.GetString(key)), time);
        }

        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName($"{device} edge device authority");
        var request = new CertificateRequest(name.Build(), pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        var made = request.CreateSelfSigned(now - Backdated, now + Lifetime);

        // The certificate last: without it both are made again.
        PrivateFile.Write(folder.AuthorityKey, Encoding.UTF8.GetBytes(pair.ExportPkcs8PrivateKeyPem()));
        PrivateFile.Write(folder.Authority, Encoding.UTF8.GetBytes(made.ExportCertificatePem()));
        return new DeviceAuthority(made, time);
    }

    /// <summary>A certificate for a server: its common name, a DNS name or an address, and its module id are its names.</summary>
    public IssuedCertificate IssueServer(string commonName, string moduleId, DateTimeOffset? expires, params ReadOnlySpan<string> more)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in (HashSet<string>)[commonName, moduleId, .. more])
        {
            Add(names, name);
        }

        return Issue(commonName, names, "1.3.6.1.5.5.7.3.1", expires);
    }

    /// <summary>
    /// A certificate by which a module proves who it is, above all to the fleet's broker. Its common name is the device, which is the vehicle there: Mosquitto knows a client by nothing else. Which of the
    /// device's modules it is stands in the URI <c>azureiot://HUB/devices/DEVICE/modules/MODULE</c>.
    /// </summary>
    public IssuedCertificate IssueIdentity(HubIdentity module, string hubHost, DateTimeOffset? expires)
    {
        var names = new SubjectAlternativeNameBuilder();
        Add(names, module.ModuleId!);
        names.AddUri(new Uri($"azureiot://{hubHost}/devices/{Uri.EscapeDataString(module.DeviceId)}/modules/{Uri.EscapeDataString(module.ModuleId!)}"));
        return Issue(module.DeviceId, names, "1.3.6.1.5.5.7.3.2", expires);
    }

    public void Dispose() => _certificate.Dispose();

    private static void Add(SubjectAlternativeNameBuilder names, string name)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else if (name.Length <= 253 && name.All(static c => char.IsAscii(c) && !char.IsControl(c) && c != ' '))
        {
            names.AddDnsName(name);
        }
    }

    private IssuedCertificate Issue(string commonName, SubjectAlternativeNameBuilder names, string purpose, DateTimeOffset? expires)
    {
        var now = _time.GetUtcNow();
        var end = new[] { expires ?? now + LongestIssue, now + LongestIssue, new DateTimeOffset(_certificate.NotAfter) }.Min();
        if (end <= now)
        {
            throw new ArgumentException("The certificate would have expired already.", nameof(expires));
        }

        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        var request = new CertificateRequest(name.Build(), pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_certificate, now - Backdated, end, RandomNumberGenerator.GetBytes(16));
        return new IssuedCertificate(pair.ExportPkcs8PrivateKeyPem(), $"{issued.ExportCertificatePem()}\n{Pem}", issued.NotAfter);
    }
}
