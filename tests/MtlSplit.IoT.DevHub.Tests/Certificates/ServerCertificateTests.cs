using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.DevHub.Certificates;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Certificates;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
    private readonly DevelopmentAuthority _authority;

    public ServerCertificateTests() => _authority = DevelopmentAuthority.Create("hub.test", _time.GetUtcNow());

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Certificate_CarriesEveryName_AndIsOfTheAuthority()
    {
        using var certificate = _authority.Issue(HostNames.Of("hub.test", ["edge.local", "10.0.0.5", "LOCALHOST"]), _time.GetUtcNow());

        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(new[] { "hub.test", "edge.local", "LOCALHOST", Environment.MachineName }.Distinct(StringComparer.OrdinalIgnoreCase), names.EnumerateDnsNames());
        Assert.Equal(["10.0.0.5", "127.0.0.1", "::1"], names.EnumerateIPAddresses().Select(address => address.ToString()));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        Assert.True(chain.Build(certificate), string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.True(certificate.HasPrivateKey);
    }

    [Fact]
    public void Certificate_IsRenewedWellBeforeItEnds()
    {
        var server = new ServerCertificate(_authority, ["hub.test"], _time, NullLogger<ServerCertificate>.Instance);
        var first = server.Current;

        _time.Advance(TimeSpan.FromDays(59));
        Assert.Same(first, server.Current);
        _time.Advance(TimeSpan.FromDays(2));

        var second = server.Current;
        Assert.NotEqual(first.TargetCertificate.SerialNumber, second.TargetCertificate.SerialNumber);
        Assert.True(second.TargetCertificate.NotAfter.ToUniversalTime() > _time.GetUtcNow().UtcDateTime.AddDays(80));
        Assert.Same(second, server.Current);
    }

    [Fact]
    public void Certificate_NeverOutlivesItsAuthority()
    {
        using var certificate = _authority.Issue(["hub.test"], _time.GetUtcNow() + DevelopmentAuthority.AuthorityLifetime - TimeSpan.FromDays(10));

        Assert.Equal(_authority.Certificate.NotAfter, certificate.NotAfter);
    }

    [Fact]
    public void Authority_KeptAndLoaded_IsTheSame()
    {
        using var loaded = DevelopmentAuthority.Load(_authority.CertificatePem, _authority.ExportKeyPem());

        Assert.Equal(_authority.Certificate.Thumbprint, loaded.Certificate.Thumbprint);
        using var certificate = loaded.Issue(["hub.test"], _time.GetUtcNow());
        Assert.Equal(_authority.Certificate.Subject, certificate.Issuer);
    }
}
