using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Keys;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The vehicles of a demonstration as the hub knows them, and what each has on its disk before it drives.</summary>
internal sealed class DemoFleet(DemoOptions options, Bundle bundle, DemoFolder folder, DemoHub hub)
{
    /// <summary>The vehicle that gets a new backbone first.</summary>
    public const string CanaryVehicle = "car-1";

    /// <summary>The image of the backbone module in the manifests that come with the platform, of any version.</summary>
    private const string Image = "mtlsplit/backbone";

    /// <summary>Registers every vehicle with its tags, and provisions it: connection string, trusted key, executables.</summary>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public async Task ProvisionAsync(string publicKey, CancellationToken ct) =>
        await Task.WhenAll(DemoCast.VehicleNames.Select(vehicle => ProvisionAsync(vehicle, publicKey, ct)));

    /// <summary>Gives every vehicle of the fleet its modules: from now on edge runtimes run the backbone.</summary>
    /// <exception cref="ManifestException">The manifest that comes with the platform cannot be used.</exception>
    /// <exception cref="HubServiceException">The hub refused or did not answer.</exception>
    public async Task DeployBaseAsync(BrokerAddress broker, CancellationToken ct)
    {
        var document = ManifestFile.Read(Path.Combine(options.Manifests, "base.json")).Document.DeepClone().AsObject();
        document["targetCondition"] = FleetCondition;
        var desired = (document["content"]?["modulesContent"]?[BackboneSections.Module]?["properties.desired"] as JsonObject)
            ?? throw new ManifestException("base.json", $"modulesContent.{BackboneSections.Module}", "is missing");
        desired["fleet"] = DemoOptions.Fleet;
        desired["broker"] = new JsonObject { ["host"] = broker.Host, ["port"] = broker.Port, ["tls"] = false };
        desired["publish"] = new JsonObject { ["rate"] = options.Rate };
        var manifest = ManifestFile.Of("base.json", document);
        await hub.Service.CreateConfigurationAsync(manifest.Id!, manifest.Priority, FleetCondition, manifest.Document["labels"]?.DeepClone(), manifest.Content.ToJson(), ct);
    }

    /// <summary>Devices of this fleet.</summary>
    public static string FleetCondition => $"tags.fleet='{DemoOptions.Fleet}'";

    private async Task ProvisionAsync(string vehicle, string publicKey, CancellationToken ct)
    {
        var own = folder.Of(vehicle);
        var connection = await hub.Service.RegisterEdgeDeviceAsync(vehicle, ct);
        await hub.Service.SetTagsAsync(vehicle, new JsonObject { ["fleet"] = DemoOptions.Fleet, ["ring"] = vehicle == CanaryVehicle ? "canary" : "rest" }, ct);
        Directory.CreateDirectory(own.Root);
        Directory.CreateDirectory(own.Keys);
        KeyPair.WritePrivately(own.ConnectionString, connection.ToString());
        File.Copy(publicKey, Path.Combine(own.Keys, Path.GetFileName(publicKey)));
        new VehicleSettings(own.Settings, options.Seed).Write(Light.Standard);
        var program = Siblings.Find(Siblings.Backbone) ?? throw new DemoException(Siblings.Missing(Siblings.Backbone));
        var images = new JsonObject { ["images"] = new JsonObject { [Image] = new JsonObject { ["executable"] = program, ["arguments"] = Arguments(own) } } };
        await File.WriteAllBytesAsync(own.Images, HubJson.ToUtf8(images), ct);
    }

    // Fleet, broker and bundle come by the twin.
    private JsonArray Arguments(VehicleFolder own) =>
    [
        "--bundle", bundle.Folder, "--store", own.Store, "--keys", own.Keys, "--outbox", own.Outbox, "--source", "shapes3d", "--settings", own.Settings,
    ];
}
