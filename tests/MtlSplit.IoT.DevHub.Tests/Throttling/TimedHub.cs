using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.DevHub.Running;
using MtlSplit.IoT.DevHub.Settings;
using MtlSplit.IoT.DevHub.Throttling;
using MtlSplit.IoT.Testing.Hubs;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Throttling;

/// <summary>A whole hub in this process with one device, whose clock stands still until a test moves it. A burst is one second's worth of tier S1.</summary>
public sealed class TimedHub : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-timed-");
    private DevHubService? _service;
    private HubRest? _rest;

    // Tokens of clients are made by the time of day.
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    internal HubRest Rest => _rest!;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var ready = Path.Combine(_folder.FullName, "ready.json");
        var options = new HubOptions
        {
            Data = _folder.FullName,
            HttpsPort = 0,
            MqttPort = 0,
            ReadyFile = ready,
            Throttling = new ThrottlingOptions { Tier = HubTier.S1, Burst = TimeSpan.FromSeconds(1) },
        };
        _service = new DevHubService(Options.Create(options), Time, NullLoggerFactory.Instance);
        await _service.StartAsync(ct);
        _rest = new HubRest(JsonNode.Parse(await File.ReadAllTextAsync(ready, ct))!.AsObject());
        Assert.Equal(200, (await Rest.SendAsync("PUT", "/devices/d", "{}")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        _rest?.Dispose();
        if (_service is not null)
        {
            await _service.StopAsync(CancellationToken.None);
        }

        _folder.Delete(recursive: true);
    }
}
