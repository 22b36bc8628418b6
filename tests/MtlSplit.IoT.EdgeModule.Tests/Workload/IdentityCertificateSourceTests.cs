using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Workload;

/// <summary>The module's identity certificate as its credential at the fleet's broker.</summary>
public sealed class IdentityCertificateSourceTests : IDisposable
{
    private readonly TestCertificates _certificates = new("vehicle-7");
    private int _made;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Certificate_OpensTheFleetsBroker()
    {
        await using var broker = await EmbeddedBroker.StartAsync(new BrokerSecurity { Certificates = _certificates }, Ct);
        await using var daemon = new ScriptedWorkload { Answer = (_, path, _) => Answer(path, TimeSpan.FromDays(1)) };
        using var workload = Client(daemon);
        var source = new IdentityCertificateSource(workload, TimeProvider.System) { ServerName = "localhost" };
        await using var bus = new BusConnection(
            new BusOptions { Port = broker.Port, ClientId = "vehicle-7", Credentials = source.FetchAsync }, TimeProvider.System, NullLogger.Instance);
        bus.Start();

        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the broker accepts the identity certificate");
        var outcome = await Expect.OutcomeAsync(bus, new BusMessage("mtl/v1/f/vehicles/vehicle-7/status", new byte[] { 1 }) { Retain = true });

        Assert.NotEqual(PublishOutcome.Refused, outcome.Outcome);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task Certificate_IsKeptUntilItIsDue_ThenMadeAnew()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var daemon = new ScriptedWorkload { Answer = (_, path, _) => Answer(path, TimeSpan.FromHours(10)) };
        using var workload = Client(daemon);
        var source = new IdentityCertificateSource(workload, time);

        var first = await source.FetchAsync(Ct);
        time.Advance(TimeSpan.FromHours(7.9));
        var same = await source.FetchAsync(Ct);
        time.Advance(TimeSpan.FromHours(0.2));
        var next = await source.FetchAsync(Ct);

        Assert.Equal(first.Tls!.ClientCertificatePem, same.Tls!.ClientCertificatePem);
        Assert.NotEqual(first.Tls.ClientCertificatePem, next.Tls!.ClientCertificatePem);
        Assert.Equal(2, _made);
        var life = first.RenewAt!.Value - time.GetUtcNow();
        Assert.InRange(life, -TimeSpan.FromMinutes(7), -TimeSpan.FromMinutes(5));
        // Clocks differ now: the next one is past its due time when it comes, and is used for a moment all the same.
        Assert.True(next.RenewAt > time.GetUtcNow());
    }

    [Fact]
    public async Task Daemon_ThatRefuses_IsNamedByTheConnection()
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (404, """{"message":"who?"}""") };
        using var workload = Client(daemon);
        var source = new IdentityCertificateSource(workload, TimeProvider.System);
        await using var bus = new BusConnection(new BusOptions { Port = 1, ClientId = "vehicle-7", Credentials = source.FetchAsync }, TimeProvider.System, NullLogger.Instance);
        bus.Start();

        var refused = await Assert.ThrowsAsync<BusConnectException>(() => Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the refusal"));

        Assert.Contains("who?", refused.Message, StringComparison.Ordinal);
    }

    private static WorkloadClient Client(ScriptedWorkload daemon) =>
        new(new WorkloadOptions { Address = daemon.Address, ModuleId = "backbone", GenerationId = "g1", RetryDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);

    private (int Status, string Body)? Answer(string path, TimeSpan life)
    {
        if (path.StartsWith("/trust-bundle", StringComparison.Ordinal))
        {
            return (200, new JsonObject { ["certificate"] = File.ReadAllText(_certificates.AuthorityFile) }.ToJsonString());
        }

        _made++;
        if (life == TimeSpan.FromDays(1))
        {
            return Reply(File.ReadAllText(_certificates.ClientFile), File.ReadAllText(_certificates.ClientKeyFile));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=backbone", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now + life);
        return Reply(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static (int Status, string Body) Reply(string certificate, string key) => (201, new JsonObject
    {
        ["privateKey"] = new JsonObject { ["type"] = "key", ["bytes"] = key },
        ["certificate"] = certificate,
        ["expiration"] = "2030-01-01T00:00:00Z",
    }.ToJsonString());
}
