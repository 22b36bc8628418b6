using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Mqtt;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Connecting;

/// <summary>TLS with everything given as text, and what is said when a broker is not to be trusted.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly TestCertificates _certificates = new("head");
    private readonly TestCertificates _others = new("head");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificates.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Text_ServesAsTrustAndAsIdentity()
    {
        X509Certificate2? shown = null;
        await using var server = new ScriptedServer(Server(), accepts: certificate => (shown = certificate) is not null);
        await using var bus = Start(server.Port, new BusTlsOptions
        {
            CaPem = File.ReadAllText(_others.AuthorityFile) + "\n" + File.ReadAllText(_certificates.AuthorityFile),
            ClientCertificatePem = File.ReadAllText(_certificates.ClientFile),
            ClientKeyPem = File.ReadAllText(_certificates.ClientKeyFile),
            ServerName = "localhost",
        });

        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "a connection with trust and identity from memory");

        Assert.Equal("CN=head", shown!.Subject);
    }

    [Fact]
    public async Task CredentialsWithTls_TakeThePlaceOfTheOptions()
    {
        await using var server = new ScriptedServer(Server());
        var options = new BusOptions
        {
            Port = server.Port,
            ClientId = "me",
            Protocol = BusProtocol.Mqtt311,
            Tls = new BusTlsOptions { CaFile = _others.AuthorityFile },
            Credentials = _ => ValueTask.FromResult(new BusCredentials { Tls = new BusTlsOptions { CaFile = _certificates.AuthorityFile } }),
        };
        await using var bus = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        bus.Start();

        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "a connection that trusts what the credentials say");
    }

    [Fact]
    public async Task AnotherAuthority_IsRefusedByName_WithWhatToTrust()
    {
        var fault = await FaultAsync(new BusTlsOptions { CaPem = File.ReadAllText(_others.ServerFile) });

        Assert.Contains("127.0.0.1:", fault, StringComparison.Ordinal);
        Assert.Contains("authority 'CN=Test authority', which would have to be trusted", fault, StringComparison.Ordinal);
        Assert.Contains("trusted is 'CN=localhost'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAuthorityAtAll_IsRefusedByName() =>
        Assert.Contains("no certificate was given to trust", await FaultAsync(new BusTlsOptions { CaPem = "not PEM" }), StringComparison.Ordinal);

    [Fact]
    public async Task AnotherName_IsRefusedWithTheNamesThatItCarries()
    {
        var fault = await FaultAsync(new BusTlsOptions { CaFile = _certificates.AuthorityFile, ServerName = "edge.example" });

        Assert.Contains("it is for 'localhost', '127.0.0.1', not for 'edge.example'", fault, StringComparison.Ordinal);
    }

    private async Task<string> FaultAsync(BusTlsOptions tls)
    {
        await using var server = new ScriptedServer(Server());
        await using var bus = Start(server.Port, tls);
        var refusal = await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the refusal"));
        Assert.True(refusal.IsPermanent);
        return refusal.Message;
    }

    private X509Certificate2 Server() => X509Certificate2.CreateFromPemFile(_certificates.ServerFile, _certificates.ServerKeyFile);

    private static BusConnection Start(int port, BusTlsOptions tls)
    {
        var bus = new BusConnection(
            new BusOptions { Port = port, ClientId = "d1/head", Protocol = BusProtocol.Mqtt311, Tls = tls }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        return bus;
    }
}
