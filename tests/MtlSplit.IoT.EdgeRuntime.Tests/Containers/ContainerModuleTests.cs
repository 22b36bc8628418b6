using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.EdgeRuntime.Tests.Devices;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Containers.Engines;
using MtlSplit.IoT.Testing.Hubs;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Containers;

/// <summary>The Backbone's image in a real engine: run by the runtime as a deployment wants it, and by hand.</summary>
[SupportedOSPlatform("linux")]
[Collection(ContainerTests.Name)]
public sealed class ContainerModuleTests(BackboneImage image) : IDisposable
{
    private const string Device = RunningDevice.Device;
    private const string Module = "backbone";
    private const string BundleFolder = "/bundle";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-bundle-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Backbone_OfADeployment_IsAModuleUntilItIsTakenOut()
    {
        var engine = image.Require();
        await using var broker = await EmbeddedBroker.StartAsync(Ct);
        await using var bus = await ConnectAsync(broker);
        await using var features = await bus.SubscribeAsync(DataTopics.AllFeatures("north"), Ct);
        await using var device = await RunningDevice.StartAsync(engine.Socket);
        var hub = device.Hub;
        await hub.DeployAsync(Device, Deployment(broker, new JsonObject { [Module] = Backbone() }));

        var agent = await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, Module) == "running" && Code(reported) == 200, "the container runs");
        var twin = await hub.ReportedAsync(Device, Module, reported => reported["active"] is not null, "the module reports its bundle");
        await ConnectedAsync(hub);

        Assert.Equal(image.Reference, agent["modules"]![Module]!["settings"]!["image"]!.GetValue<string>());
        Assert.Equal(CommittedDigest(), twin["active"]!["digest"]!.GetValue<string>());
        Assert.StartsWith($"mtl/v1/north/vehicles/{Device}/features/", (await Expect.DeliveryAsync(features, "a feature leaves the container")).Topic, StringComparison.Ordinal);
        var container = await ContainerAsync(engine);
        // As the image says, not root; its log bounded by the runtime's settings; the workload API's folder closed to its writing.
        Assert.Equal("10001:10001", container.Config!.User);
        Assert.Equal(("json-file", "4194304", "4"), (container.HostConfig!.LogConfig!.Type, container.HostConfig.LogConfig.Config!["max-size"], container.HostConfig.LogConfig.Config["max-file"]));
        Assert.False(Assert.Single(container.Mounts!, mount => mount.Destination == Path.Combine(device.Data, "run")).RW);
        var logs = await CallAsync(hub, "$edgeAgent", "GetModuleLogs", $$$"""{"schemaVersion":"1.0","items":[{"id":"{{{Module}}}","filter":{"tail":50}}],"encoding":"none","contentType":"text"}""");
        Assert.Contains(CommittedDigest()[..8], logs["payload"]![0]!["payload"]!.GetValue<string>(), StringComparison.Ordinal);

        // The next runtime takes the container on, which finds the workload API's new socket and connects again.
        await device.Program.KillAsync();
        await device.StartRuntimeAsync();
        await Expect.UntilAsync(() => AnswersAsync(hub).GetAwaiter().GetResult(), "the module is reached by way of the new runtime", TimeSpan.FromMinutes(1));
        Assert.Equal((container.ID, container.State!.StartedAt), ((await ContainerAsync(engine)).ID, (await ContainerAsync(engine)).State!.StartedAt));

        await engine.Client.Containers.KillContainerAsync(container.ID, new ContainerKillParameters { Signal = "KILL" }, Ct);
        await hub.ReportedAsync(Device, "$edgeAgent", reported => reported["modules"]![Module]!["restartCount"]!.GetValue<int>() == 1 && Status(reported, Module) == "running", "a container that was killed runs again");
        await Expect.UntilAsync(() => AnswersAsync(hub).GetAwaiter().GetResult(), "the module is reached again", TimeSpan.FromMinutes(1));

        await hub.DeployAsync(Device, Deployment(broker, []));
        await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, Module) is null && Code(reported) == 200, "the module is gone");
        Assert.Empty(await engine.FindAsync(BackboneImage.Label));
        Assert.DoesNotContain((await hub.SendAsync("GET", $"/devices/{Device}/modules"))!.AsArray(), module => module!["moduleId"]!.GetValue<string>() == Module);
        device.Program.Terminate();
        Assert.Equal(0, await device.Program.ExitAsync());
    }

    [Fact]
    public async Task Container_ThatEnds_IsStartedAgainAfterPausesOrLeftAlone()
    {
        var engine = image.Require();
        await using var device = await RunningDevice.StartAsync(engine.Socket, TimeSpan.FromSeconds(1.5));
        var hub = device.Hub;
        var modules = new JsonObject { ["again"] = Failing("always"), ["once"] = Failing("never") };

        var began = TimeProvider.System.GetUtcNow();
        await hub.DeployAsync(Device, Manifests.Of(modules));

        var waiting = await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, "again") == "backoff" && Status(reported, "once") == "failed", "both ended");
        Assert.Equal((2, 2), (waiting["modules"]!["again"]!["exitCode"]!.GetValue<int>(), waiting["modules"]!["once"]!["exitCode"]!.GetValue<int>()));
        var later = await hub.ReportedAsync(Device, "$edgeAgent", reported => Status(reported, "again") == "backoff" && reported["modules"]!["again"]!["restartCount"]!.GetValue<int>() == 2, "one of them came again twice");
        Assert.Equal(("failed", 0), (Status(later, "once"), later["modules"]!["once"]!["restartCount"]!.GetValue<int>()));
        // 1.5 s after the first end, 3 s after the second.
        var last = later["modules"]!["again"]!["lastStartTimeUtc"]!.GetValue<DateTimeOffset>();
        Assert.True(last - began >= TimeSpan.FromSeconds(4.5), $"deployed at {began:O}, started for the third time at {last:O}");

        await hub.DeployAsync(Device, Manifests.Of([]));
        await Expect.UntilAsync(() => engine.FindAsync(BackboneImage.Label).GetAwaiter().GetResult().Count == 0, "the containers are gone");
    }

    [Fact]
    public async Task Image_RunByHand_TurnsFramesIntoFeatures()
    {
        var engine = image.Require();
        await using var broker = await EmbeddedBroker.StartAsync(Ct);
        await using var bus = await ConnectAsync(broker);
        await using var features = await bus.SubscribeAsync(DataTopics.AllFeatures("test"), Ct);
        await using var container = engine.Run(image.Reference)
            .WithBindMount(OpenBundle(), BundleFolder, DotNet.Testcontainers.Configurations.AccessMode.ReadOnly)
            .WithCommand("--fleet", "test", "--vehicle", "car-1", "--bundle", BundleFolder, "--broker", $"127.0.0.1:{broker.Port}", "--frames", "20", "--rate", "0")
            .Build();

        await container.StartAsync(Ct);

        await Expect.DeliveriesAsync(features, 1, "a feature");
        await Expect.UntilAsync(() => engine.Client.Containers.InspectContainerAsync(container.Id, Ct).GetAwaiter().GetResult().State!.Status == "exited", "it ends after its frames");
        var (output, errors) = await container.GetLogsAsync(ct: Ct);
        Assert.True((await engine.Client.Containers.InspectContainerAsync(container.Id, Ct)).State!.ExitCode == 0, output + errors);
    }

    [Fact]
    public void Image_Loaded_IsTheOneThatWasBuilt()
    {
        image.Require();

        Assert.Equal(image.Built["id"]!.GetValue<string>(), image.Loaded.ID);
        Assert.Equal(["/app/MtlSplit.IoT.Backbone"], image.Loaded.Config!.Entrypoint!);
        Assert.Equal("MtlSplit.IoT Backbone", image.Loaded.Config.Labels!["org.opencontainers.image.title"]);
    }

    private static string? Status(JsonNode reported, string module) => reported["modules"]?[module]?["runtimeStatus"]?.GetValue<string>();

    private static int? Code(JsonNode reported) => reported["lastDesiredStatus"]?["code"]?.GetValue<int>();

    private static async Task<JsonNode> CallAsync(RunningHub hub, string module, string method, string payload) =>
        (await hub.SendAsync("POST", $"/twins/{Device}/modules/{module}/methods", $$"""{"methodName":"{{method}}","payload":{{payload}},"responseTimeoutInSeconds":10,"connectTimeoutInSeconds":10}"""))!;

    /// <summary>Whether the module itself answers a call.</summary>
    private static async Task<bool> AnswersAsync(RunningHub hub)
    {
        try
        {
            return (await CallAsync(hub, Module, "retryBundle", $$"""{"digest":"{{new string('0', 64)}}"}"""))["status"]!.GetValue<int>() == 404;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Task<JsonNode> ConnectedAsync(RunningHub hub) =>
        hub.ReportedAsync(Device, "$edgeHub", reported => reported["clients"]?[$"{Device}/{Module}"]?["status"]?.GetValue<string>() == "Connected", "edgeHub tells that the module is connected");

    private static async Task<ContainerInspectResponse> ContainerAsync(ContainerEngine engine) =>
        await engine.Client.Containers.InspectContainerAsync(Assert.Single(await engine.FindAsync(BackboneImage.Label)).ID, Ct);

    private static async Task<BusConnection> ConnectAsync(EmbeddedBroker broker)
    {
        var bus = new BusConnection(new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = "observer" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), "the test connects");
        return bus;
    }

    private static string CommittedDigest() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(CommittedBundle.Folder, "model.json"))));

    private static JsonObject Deployment(EmbeddedBroker broker, JsonObject modules)
    {
        var content = Manifests.Of(modules);
        if (modules.Count > 0)
        {
            content[Module] = new JsonObject
            {
                ["properties.desired"] = new JsonObject { ["fleet"] = "north", ["broker"] = new JsonObject { ["host"] = broker.Host, ["port"] = broker.Port, ["tls"] = false } },
            };
        }

        return content;
    }

    private JsonObject Backbone() => Container("always", new JsonObject
    {
        // A volume of the image's own folder, as the committed manifest has it, and a bundle that the vehicle came with.
        ["HostConfig"] = new JsonObject { ["Binds"] = new JsonArray($"{image.Volume}:/var/lib/mtlsplit", $"{OpenBundle()}:{BundleFolder}:ro") },
        ["Env"] = new JsonArray($"MTLSPLIT_Backbone__Bundle={BundleFolder}", "MTLSPLIT_Backbone__OutboxFolder=/var/lib/mtlsplit/outbox"),
    });

    private JsonObject Failing(string restart) => Container(restart, new JsonObject { ["Cmd"] = new JsonArray("--wings") });

    private JsonObject Container(string restart, JsonObject createOptions)
    {
        var module = Manifests.Module(image.Reference, restart: restart);
        module["imagePullPolicy"] = "never";
        module["settings"]!["createOptions"] = createOptions.ToJsonString();
        return module;
    }

    /// <summary>The committed bundle where the image's user may read it, whatever the rights in the checkout are.</summary>
    private string OpenBundle()
    {
        foreach (var file in Directory.GetFiles(CommittedBundle.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder.FullName, Path.GetRelativePath(CommittedBundle.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
            File.SetUnixFileMode(copy, Readable);
        }

        foreach (var folder in Directory.GetDirectories(_folder.FullName, "*", SearchOption.AllDirectories).Append(_folder.FullName))
        {
            File.SetUnixFileMode(folder, Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return _folder.FullName;
    }
}
