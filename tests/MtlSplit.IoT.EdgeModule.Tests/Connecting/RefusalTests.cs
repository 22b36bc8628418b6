using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.EdgeModule.Tests.Identity;
using MtlSplit.IoT.EdgeModule.Tests.Workload;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Connecting;

/// <summary>Who gets in, and what is said to those who do not.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private ScriptedHub _hub = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task WrongKey_IsRefusedByName_AndEveryOperationSaysSo()
    {
        var client = _hub.Client(connectionString: _hub.ConnectionString.Replace(Convert.ToBase64String(ScriptedHub.Key), "d3Jvbmc=", StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal"));

        Assert.Contains($"localhost:{_hub.Server.Port} refused client 'd1/head': not authorized", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.GetTwinAsync(Ct), "the refusal"));
        await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.UpdateReportedPropertiesAsync([], Ct), "the refusal"));
        await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.SetInputHandlerAsync("in", (_, _) => Task.FromResult(InputAnswer.Completed), Ct), "the refusal"));
    }

    [Fact]
    public async Task UnknownModule_IsRefusedByName()
    {
        var client = _hub.Client(connectionString: _hub.ConnectionString.Replace("=head", "=tail", StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal"));

        Assert.Contains("'d1/tail'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredToken_IsRefusedHere()
    {
        var token = SasToken.Create(SasToken.ResourceOf(ScriptedHub.HostName, ScriptedHub.Module), ScriptedHub.Key, DateTimeOffset.FromUnixTimeSeconds(1_000_000_000));
        var client = _hub.Client(connectionString: $"HostName={ScriptedHub.HostName};DeviceId=d1;ModuleId=head;GatewayHostName=localhost:{_hub.Server.Port};SharedAccessSignature={token}");

        var refused = await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal"));

        Assert.Contains("ended at 2001-09-09T01:46:40", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Server.Frames);
    }

    [Fact]
    public async Task ClockThatIsWrong_IsRefusedByTheHub_AndGetsInWhenItIsRight()
    {
        var time = new SkewedTime { Skew = -TimeSpan.FromDays(365) };
        var client = _hub.Client(time: time);
        await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal of a token of last year"));

        time.Skew = TimeSpan.Zero;

        await Expect.UntilAsync(() => client.State == ModuleState.Connected, "a token of today is accepted");
        await Expect.WithinAsync(client.SendEventAsync(new HubMessage(), Ct), "an event");
    }

    [Fact]
    public async Task WrongTrust_NamesHostAndWhatToTrust()
    {
        using var others = new TestCertificates("head");
        var client = _hub.Client(o => o.AuthoritiesPem = File.ReadAllText(others.ClientFile));

        var refused = await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal"));

        Assert.Contains($"localhost:{_hub.Server.Port}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("authority 'CN=Test authority', which would have to be trusted; trusted is 'CN=head'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongName_NamesWhatTheCertificateCarries()
    {
        var client = _hub.Client(o => o.ServerName = "edge.example");

        var refused = await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal"));

        Assert.Contains("'localhost', '127.0.0.1', not for 'edge.example'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyThere_IsToldWhenPatienceEnds()
    {
        var client = _hub.Client();
        await _hub.Server.DisposeAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.OpenAsync(patience.Token));

        Assert.Contains("Connection refused", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_OfTheAgent_ConnectsByWorkloadApi()
    {
        await using var daemon = new ScriptedWorkload { Answer = ScriptedWorkload.Sign(ScriptedHub.Key, _hub.AuthoritiesPem) };
        await using var client = FromAgent(daemon.Address.ToString());

        await Expect.WithinAsync(client.SendEventAsync(new HubMessage { Body = Encoding.UTF8.GetBytes("hello") }, Ct), "an event");

        Assert.Equal("hello", Assert.Single(_hub.Events).Text);
        Assert.Equal(["POST", "GET"], daemon.Requests.Select(r => r.Line.Split(' ')[0]));
        Assert.NotNull(client.Workload);
    }

    [Fact]
    public async Task WorkloadThatFails_IsNamed_AndTheModuleConnectsWhenItRecovers()
    {
        await using var daemon = new ScriptedWorkload { Answer = (_, _, _) => (403, """{"message":"not yours"}""") };
        await using var client = FromAgent(daemon.Address.ToString());
        var refused = await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal"));
        Assert.Contains("Module 'd1/head' cannot prove who it is", refused.Message, StringComparison.Ordinal);
        Assert.Contains("not yours", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Server.Frames);

        daemon.Answer = ScriptedWorkload.Sign(ScriptedHub.Key, _hub.AuthoritiesPem);

        await Expect.UntilAsync(() => client.State == ModuleState.Connected, "the connection");
    }

    [Fact]
    public async Task WorkloadMissing_IsNamed()
    {
        await using var client = FromAgent("unix:///no/such/socket");

        var refused = await Assert.ThrowsAsync<ModuleConnectException>(() => Expect.WithinAsync(client.OpenAsync(Ct), "the refusal"));

        Assert.Contains("unix:///no/such/socket", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkloadAway_WhenARenewalIsDue_LeavesTheConnectionAlone()
    {
        var sign = ScriptedWorkload.Sign(ScriptedHub.Key, _hub.AuthoritiesPem);
        await using var daemon = new ScriptedWorkload { Answer = sign };
        await using var client = FromAgent(daemon.Address.ToString(), o => o.TokenLifetime = TimeSpan.FromSeconds(2));
        await Expect.WithinAsync(client.OpenAsync(Ct), "the connection");
        var asked = daemon.Requests.Count;
        daemon.Answer = (_, _, _) => (404, "{}");

        await Expect.UntilAsync(() => daemon.Requests.Count > asked, "a new token is asked for");

        await Expect.WithinAsync(client.SendEventAsync(new HubMessage(), Ct), "an event over the old connection");
        Assert.Single(_hub.Server.Links);
        daemon.Answer = sign;
        await Expect.UntilAsync(() => _hub.Server.Links.Count == 2, "the connection with a new token");
    }

    [Fact]
    public async Task X509_ShowsItsCertificateAndNoPassword()
    {
        await _hub.DisposeAsync();
        X509Certificate2? shown = null;
        _hub = new ScriptedHub(accepts: certificate => (shown = certificate) is not null);
        _hub.Server.Admit = _ => 0;
        var client = _hub.Client(
            o => (o.CertificateFile, o.CertificateKeyFile) = (_hub.Certificates.ClientFile, _hub.Certificates.ClientKeyFile),
            $"HostName={ScriptedHub.HostName};DeviceId=d1;ModuleId=head;x509=true;GatewayHostName=localhost:{_hub.Server.Port}");

        await Expect.WithinAsync(client.OpenAsync(Ct), "the connection");

        Assert.Equal("CN=head", shown!.Subject);
        Assert.False(_hub.Server.Links[0].Connect!.HasPassword);
    }

    [Fact]
    public void X509_WithoutACertificate_IsRefusedWhenMade() => Assert.Contains(
        "CertificateFile",
        Assert.Throws<ArgumentException>(() => _hub.Client(connectionString: "HostName=h;DeviceId=d1;ModuleId=head;x509=true")).Message,
        StringComparison.Ordinal);

    private ModuleClient FromAgent(string workload, Action<ModuleClientOptions>? change = null)
    {
        var environment = ModuleEnvironmentTests.Agent;
        environment["IOTEDGE_WORKLOADURI"] = workload;
        environment["IOTEDGE_IOTHUBHOSTNAME"] = ScriptedHub.HostName;
        environment["IOTEDGE_GATEWAYHOSTNAME"] = $"localhost:{_hub.Server.Port}";
        var options = _hub.Options(change);
        options.AuthoritiesPem = null;
        return ModuleClient.FromEnvironment(environment, options, TimeProvider.System, NullLogger.Instance);
    }

    private sealed class SkewedTime : TimeProvider
    {
        public TimeSpan Skew { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Skew;
    }
}
