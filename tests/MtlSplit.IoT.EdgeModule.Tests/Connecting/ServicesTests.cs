using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.EdgeModule.Tests.Hub;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Connecting;

/// <summary>A module client in a host.</summary>
public sealed class ServicesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_IsOneForTheProcess_AndConnects()
    {
        await using var hub = new ScriptedHub();
        using var host = Host(
            new Dictionary<string, string?> { ["EdgeHubConnectionString"] = hub.ConnectionString, ["EdgeModuleCACertificateFile"] = hub.Certificates.AuthorityFile },
            o => o.TokenLifetime = TimeSpan.FromMinutes(10));
        await host.StartAsync(Ct);

        var client = host.Services.GetRequiredService<IModuleClient>();
        await Expect.WithinAsync(client.SendEventAsync(new HubMessage(), Ct), "an event");

        Assert.Same(client, host.Services.GetRequiredService<ModuleClient>());
        Assert.Single(hub.Events);
        await host.StopAsync(Ct);
        await ((IAsyncDisposable)host).DisposeAsync();
        Assert.Equal(ModuleState.Closed, client.State);
    }

    [Fact]
    public async Task SettingsAndEnvironment_AreCheckedAtStart()
    {
        using var host = Host(new Dictionary<string, string?> { ["IOTEDGE_DEVICEID"] = "d1" }, o => (o.Port, o.MethodConcurrency) = (0, 0));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Ct));

        Assert.All(["Port 0", "MethodConcurrency 0", "IOTEDGE_MODULEID"], fault => Assert.Contains(fault, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_NameTheirSettings()
    {
        Assert.Empty(ModuleClientOptionsCheck.FaultsOf(new ModuleClientOptions()));
        var faults = ModuleClientOptionsCheck.FaultsOf(new ModuleClientOptions
        {
            Port = 70_000,
            SendWindow = 0,
            SendQueue = 0,
            ReceiveQueue = 0,
            MethodConcurrency = 0,
            MethodQueue = -1,
            InputAttempts = 0,
            TokenLifetime = TimeSpan.Zero,
            KeepAlive = TimeSpan.FromHours(1),
            ConnectTimeout = TimeSpan.Zero,
            RetryDelay = TimeSpan.Zero,
            MaxRetryDelay = -TimeSpan.FromSeconds(1),
            AnswerTimeout = TimeSpan.Zero,
            TwinTimeout = TimeSpan.Zero,
            TwinAttemptTimeout = TimeSpan.Zero,
            CloseTimeout = -TimeSpan.FromSeconds(1),
            HandlerPatience = -TimeSpan.FromSeconds(1),
            CertificateFile = "/no/such/file",
            AuthoritiesPem = "no PEM",
        });

        Assert.Equal(
            ["Port", "SendWindow", "SendQueue", "ReceiveQueue", "MethodConcurrency", "MethodQueue", "InputAttempts", "TokenLifetime", "KeepAlive", "ConnectTimeout", "RetryDelay",
            "MaxRetryDelay", "AnswerTimeout", "TwinTimeout", "TwinAttemptTimeout", "CloseTimeout", "HandlerPatience", "CertificateFile", "CertificateFile", "AuthoritiesPem"],
            faults.Select(f => f.Split(' ')[0]));
    }

    private static IHost Host(Dictionary<string, string?> environment, Action<ModuleClientOptions> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddEdgeModule(configure, environment);
        return builder.Build();
    }
}
