using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Hubs;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Devices;

/// <summary>A device and its module before a hub that keeps the limits of tier S1, a second's worth of burst.</summary>
public sealed class ThrottledHubTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-t-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ModulesAndTwins_ComeSlower_AndNoneIsMissing()
    {
        await using var hub = await RunningHub.StartAsync(_folder.FullName, ["--throttle", "s1"], new Dictionary<string, string> { ["MTLSPLIT_Hub__Throttling__Burst"] = "00:00:01" });
        var connection = HubConnectionString.Parse(await hub.AddDeviceAsync("d"));
        var pem = await File.ReadAllTextAsync(hub.Authority, Ct);
        using var registry = new HubRegistryClient(
            new HubAddress("localhost", "127.0.0.1", hub.MqttPort, hub.HttpsPort, connection.Identity!, Convert.FromBase64String(connection.SharedAccessKey!), pem), TimeProvider.System);

        // One is free every 0.6 s.
        var made = await Expect.WithinAsync(Task.WhenAll(new[] { "a", "b", "c", "e" }.Select(id => registry.CreateAsync(id, Ct))), "four modules are registered", TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b", "c", "e"], made.Select(module => module.ModuleId));
        Assert.Contains("RegistryOperations are above the limit", hub.Program.Log, StringComparison.Ordinal);

        await using var module = ModuleClient.FromConnectionString(
            $"HostName=localhost;DeviceId=d;ModuleId=a;SharedAccessKey={Convert.ToBase64String(made[0].Key)}",
            new ModuleClientOptions { Port = hub.MqttPort, AuthoritiesPem = pem }, TimeProvider.System, NullLogger.Instance);
        await Expect.WithinAsync(module.OpenAsync(Ct), "the module is connected");
        var reads = await Expect.WithinAsync(Task.WhenAll(Enumerable.Range(0, 250).Select(_ => module.GetTwinAsync(Ct))), "250 twins are read, 100 a second", TimeSpan.FromMinutes(1));
        Assert.All(reads, twin => Assert.Equal(1, twin.DesiredVersion));
        Assert.Contains("TwinReads are above the limit of 100 a second", hub.Program.Log, StringComparison.Ordinal);

        for (var i = 0; i < 80; i++)
        {
            await Expect.WithinAsync(module.UpdateReportedPropertiesAsync(new JsonObject { ["n"] = i }, Ct), $"change {i}");
        }

        Assert.Equal(79, (int)(await hub.ReportedAsync("d", "a"))["n"]!);
    }
}
