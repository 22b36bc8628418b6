using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.EdgeModule.Identity;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.EdgeModule.Tests.Workload;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Certificates;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Identity;

/// <summary>What a module shows to its hub.</summary>
public sealed class HubCredentialsTests
{
    // A token of an hour that Microsoft's SDKs made ended then, and was this.
    private const long VectorExpires = 1795407552;
    private const string Vector = "SharedAccessSignature sr=mtl-hub.local%2Fdevices%2Fd1%2Fmodules%2Fhead&sig=bBp67XXXhcEhPtKuCiGaXQT1OScadPitYw9EKJHiPNA%3D&se=1795407552";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(VectorExpires - 3600));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string ConnectionString => $"HostName={ScriptedHub.HostName};DeviceId=d1;ModuleId=head;SharedAccessKey={Convert.ToBase64String(ScriptedHub.Key)}";

    [Fact]
    public async Task Key_SignsAsTheSdksDo_AndIsRenewedWhen15PercentAreLeft()
    {
        var shown = await CredentialsAsync(ConnectionString, new KeyProof(ScriptedHub.Key, keyName: null));

        Assert.Equal(Vector, shown.Password);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(3060), shown.RenewAt);
    }

    [Fact]
    public async Task Workload_SignsAsTheSdksDo()
    {
        await using var daemon = new ScriptedWorkload();
        using var workload = new WorkloadClient(new WorkloadOptions { Address = daemon.Address, ModuleId = "head", GenerationId = "g1" }, TimeProvider.System);

        var shown = await CredentialsAsync(ConnectionString, new WorkloadProof(workload));

        Assert.Equal(Vector, shown.Password);
    }

    [Fact]
    public async Task Policy_IsNamedInItsTokens()
    {
        var shown = await CredentialsAsync(ConnectionString, new KeyProof(ScriptedHub.Key, "device"));

        Assert.EndsWith("&skn=device", shown.Password, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadyToken_IsShownAsItIs_UntilItHasEnded()
    {
        Assert.True(SasToken.TryParse(Vector, out var token));
        var proof = new TokenProof(token, _time);

        var shown = await CredentialsAsync(ConnectionString, proof);
        Assert.Equal((Vector, null), (shown.Password, shown.RenewAt));

        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(6));
        var ended = await Assert.ThrowsAsync<BusConnectException>(() => CredentialsAsync(ConnectionString, proof));
        Assert.Contains("2026-11-23T", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_IsShownWithoutAPassword()
    {
        using var certificates = new TestCertificates("head");
        var options = new ModuleClientOptions { CertificateFile = certificates.ClientFile, CertificateKeyFile = certificates.ClientKeyFile };

        var shown = await CredentialsAsync($"HostName={ScriptedHub.HostName};DeviceId=d1;ModuleId=head;x509=true", new CertificateProof(), options);

        Assert.Equal((null, null, certificates.ClientFile), (shown.Password, shown.RenewAt, shown.Tls!.ClientCertificateFile));
        Assert.StartsWith("mtl-hub.local/d1/head/?api-version=", shown.Username, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ForARequestOverHttps_IsTheSame_AndNeedsNoConnection()
    {
        await using var daemon = new ScriptedWorkload();
        Dictionary<string, string?> agent = new()
        {
            ["IOTEDGE_WORKLOADURI"] = daemon.Address.ToString(), ["IOTEDGE_DEVICEID"] = "d1", ["IOTEDGE_MODULEID"] = "head", ["IOTEDGE_MODULEGENERATIONID"] = "g1",
            ["IOTEDGE_IOTHUBHOSTNAME"] = ScriptedHub.HostName, ["IOTEDGE_GATEWAYHOSTNAME"] = "gateway.local", ["IOTEDGE_AUTHSCHEME"] = "sasToken",
        };
        await using var key = ModuleClient.FromConnectionString(ConnectionString, new ModuleClientOptions(), _time, NullLogger.Instance);
        await using var edge = ModuleClient.FromEnvironment(agent, new ModuleClientOptions(), _time, NullLogger.Instance);

        Assert.Equal([Vector, Vector], [await key.CreateTokenAsync(Ct), await edge.CreateTokenAsync(Ct)]);
        Assert.Equal([ScriptedHub.HostName, ScriptedHub.HostName], [key.HubHostName, edge.HubHostName]);
        Assert.Equal((ModuleState.Disconnected, ModuleState.Disconnected), (key.State, edge.State));
    }

    [Fact]
    public async Task Token_ThatTheDaemonDoesNotSign_SaysWhy()
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (404, """{"message":"no such module"}""") };
        using var workload = new WorkloadClient(new WorkloadOptions { Address = daemon.Address, ModuleId = "head", GenerationId = "g1" }, TimeProvider.System);
        var credentials = new HubCredentials(
            ModuleEnvironment.Of(HubConnectionString.Parse(ConnectionString)), new WorkloadProof(workload), workload, new ModuleClientOptions(), _time);

        Assert.Contains("no such module", (await Assert.ThrowsAsync<BusConnectException>(() => credentials.CreateTokenAsync(Ct).AsTask())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorities_AreAllThatTheModuleIsTold()
    {
        using var certificates = new TestCertificates("head");
        var pem = await File.ReadAllTextAsync(certificates.AuthorityFile, Ct);
        await using var daemon = new ScriptedWorkload { Answer = ScriptedWorkload.Sign(ScriptedHub.Key, trustBundle: pem) };
        using var workload = new WorkloadClient(new WorkloadOptions { Address = daemon.Address, ModuleId = "head", GenerationId = "g1" }, TimeProvider.System);
        var module = ModuleEnvironment.Read(new Dictionary<string, string?> { ["EdgeHubConnectionString"] = ConnectionString });
        var trusting = ModuleEnvironment.Read(new Dictionary<string, string?> { ["EdgeHubConnectionString"] = ConnectionString, ["EdgeModuleCACertificateFile"] = certificates.AuthorityFile });

        Assert.Null(await FetchAsync(module, null, null));
        Assert.Equal(pem, await FetchAsync(trusting, null, null));
        Assert.Equal($"{pem}\n{pem}\n{pem}", await FetchAsync(trusting, workload, pem));

        async Task<string?> FetchAsync(ModuleEnvironment of, WorkloadClient? daemonOf, string? settings) =>
            await new HubCredentials(of, new CertificateProof(), daemonOf, new ModuleClientOptions { AuthoritiesPem = settings }, _time).FetchAuthoritiesAsync(Ct);
    }

    [Fact]
    public async Task Text_ShowsNoSecret()
    {
        var shown = await CredentialsAsync(ConnectionString, new KeyProof(ScriptedHub.Key, keyName: null));

        Assert.DoesNotContain("sig=", shown.ToString(), StringComparison.Ordinal);
    }

    private async Task<BusCredentials> CredentialsAsync(string connectionString, IModuleProof proof, ModuleClientOptions? options = null) =>
        await new HubCredentials(ModuleEnvironment.Of(HubConnectionString.Parse(connectionString)), proof, workload: null, options ?? new ModuleClientOptions(), _time).FetchAsync(Ct);
}
