using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Demo;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class DemoHubTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_vehicle_is_registered_once_gets_tags_and_reports_nothing_yet()
    {
        var ready = Path.Combine(_folder.FullName, "ready.json");
        await using var process = Mtlsplit.Start("hub", "--data", Path.Combine(_folder.FullName, "hub"), "--https-port", "0", "--mqtt-port", "0", "--ready-file", ready);
        try
        {
            await Expect.UntilAsync(() => File.Exists(ready) && new FileInfo(ready).Length > 0, $"the hub is ready; it said: {process.Log}", TimeSpan.FromMinutes(1));
            using var hub = DemoHub.Read(ready, TimeProvider.System);
            var ct = TestContext.Current.CancellationToken;

            var once = await hub.Service.RegisterEdgeDeviceAsync("car-1", ct);
            var again = await hub.Service.RegisterEdgeDeviceAsync("car-1", ct);

            Assert.Equal(("localhost", "car-1"), (once.HostName, once.DeviceId));
            Assert.Equal(once.SharedAccessKey, again.SharedAccessKey);
            await hub.Service.SetTagsAsync("car-1", new JsonObject { ["fleet"] = "demo", ["ring"] = "canary" }, ct);
            Assert.Null(await hub.Service.ReadReportedAsync("car-1", BackboneSections.Module, ct));
            var agent = await hub.Service.ReadReportedAsync("car-1", "$edgeAgent", ct);
            Assert.NotNull(agent);
            Assert.Empty(agent);
            var unknown = await Assert.ThrowsAsync<HubServiceException>(() => hub.Service.SetTagsAsync("car-9", [], ct));
            Assert.Equal(404, unknown.Status);
        }
        finally
        {
            process.Terminate();
            Assert.Equal(0, await process.ExitAsync());
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("""{"hostName":"h","httpsPort":"x"}""")]
    public void Read_OfWhatIsNoReadyFile_NamesIt(string content)
    {
        var file = Path.Combine(_folder.FullName, "ready.json");
        File.WriteAllText(file, content);

        Assert.Contains(file, Assert.Throws<DemoException>(() => DemoHub.Read(file, TimeProvider.System)).Message, StringComparison.Ordinal);
    }
}
