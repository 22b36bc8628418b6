using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Keys;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>
/// The way of a new backbone, step by step as people go it: trained from frames, signed, its heads offered, given to one vehicle by a deployment
/// manifest, and to the rest when it is proven there. A damaged bundle that one vehicle is told to run on the way is refused.
/// </summary>
internal sealed class DemoRollout(DemoOptions options, DemoFolder folder, DemoCast cast, DemoHub hub, ArchiveServer archives, DemoTally tally, DemoStage stage, TimeProvider time)
{
    /// <summary>The vehicle that is told to run a damaged bundle.</summary>
    public const string DamagedVehicle = "car-2";

    private static readonly TimeSpan HeadsWarm = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefusalLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProofLimit = TimeSpan.FromSeconds(60);

    private readonly DemoWait _wait = new(time);
    private readonly List<DemoMove> _moves = [];
    private readonly List<DemoRefusal> _refusals = [];
    private readonly List<string> _faults = [];
    private DemoBackbone? _backbone;

    /// <summary>The new backbone; null: there is none yet.</summary>
    public DemoBackbone? Backbone => _backbone;

    /// <summary>Who moved.</summary>
    public IReadOnlyList<DemoMove> Moves => _moves;

    /// <summary>Who refused what.</summary>
    public IReadOnlyList<DemoRefusal> Refusals => _refusals;

    /// <summary>What was not as it should be.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Goes all the way.</summary>
    /// <exception cref="DemoException">A step failed; the message says which and what was last said.</exception>
    public async Task RunAsync(Bundle current, KeyFiles key, BrokerAddress broker, CancellationToken ct)
    {
        await PaceAsync(ct);
        var next = await TrainAsync(current, ct);
        stage.Enter($"release {next.Manifest.ReleaseCounter} is signed, and its heads are offered to the consumers");
        var archive = await PackAsync(next, key, next.Manifest.ReleaseCounter, ct);
        await cast.CommandAsync(
            "bundle-publish", ["bundle", "publish", next.Folder, "--data", folder.Data, "--fleet", DemoOptions.Fleet, "--broker", $"{broker.Host}:{broker.Port}"], Nothing, ct);
        tally.MarkRenewal(next.Contract.ToString());

        await DeployAsync("backbone.canary", $"{DemoFleet.FleetCondition} AND tags.ring='canary'", archive, archive, broker, [], ct);
        stage.Enter($"{DemoFleet.CanaryVehicle} gets release {next.Manifest.ReleaseCounter} by deployment manifest; it is proven by what its features are answered");
        await OfferDamagedAsync(current, next, key, broker, ct);
        if (!await MoveAsync(current, next, [DemoFleet.CanaryVehicle], ct))
        {
            return;
        }

        await DeployAsync("backbone", DemoFleet.FleetCondition, archive, archive, broker, [], ct);
        stage.Enter("proven there: the rest of the fleet gets it");
        await MoveAsync(current, next, [.. DemoCast.VehicleNames.Where(vehicle => vehicle != DemoFleet.CanaryVehicle)], ct);
    }

    private static Dictionary<string, string> Nothing => [];

    /// <summary>Fewer frames a second: training and two versions of everything share the machine with the vehicles from now on.</summary>
    private async Task PaceAsync(CancellationToken ct)
    {
        var content = new JsonObject
        {
            ["modulesContent"] = new JsonObject { [BackboneSections.Module] = new JsonObject { ["properties.desired.publish"] = new JsonObject { ["rate"] = options.RolloutRate } } },
        };
        await hub.Service.CreateConfigurationAsync("pace", priority: 1, DemoFleet.FleetCondition, null, content, ct);
    }

    private async Task<Bundle> TrainAsync(Bundle current, CancellationToken ct)
    {
        stage.Enter($"a new backbone learns both lights from frames, all heads with it; vehicles drive on at {options.RolloutRate:F0} frames/s");
        var began = time.GetTimestamp();
        var release = current.Manifest.ReleaseCounter + 1;
        var target = folder.BundleOf(current.Manifest.Name, release);
        await cast.RunBehindAsync(
            "train", Siblings.Retraining,
            [
                "train", "--out", folder.Run, "--from", current.Folder, "--tasks", string.Join(',', current.Manifest.Tasks.Select(task => task.Name)), "--lights", "1",
                "--images", "6400", "--epochs", "2", "--rate", "0.0015", "--rate-step", "1", "--rate-factor", "0.2", "--validation", "500", "--test", "1000",
                "--seed", options.Seed.ToString(CultureInfo.InvariantCulture), "--bundle", target, "--release", release.ToString(CultureInfo.InvariantCulture),
            ],
            ct);
        var next = Open(target);
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        _backbone = new DemoBackbone(next.Digest, next.Contract.ToString(), release, Math.Round(seconds, 1));
        stage.Note($"release {release}, bundle {next.Digest[..8]}, contract {next.Contract.ShortForm}, after {seconds:F1} s: "
            + string.Join(", ", next.Manifest.Tasks.Select(task => $"{task.Name} {task.Metrics.GetValueOrDefault("accuracy"):P1}")) + " over all lights");
        return next;
    }

    private async Task<string> PackAsync(Bundle bundle, KeyFiles key, long release, CancellationToken ct)
    {
        var number = release.ToString(CultureInfo.InvariantCulture);
        var into = Path.Combine(folder.Archives, number);
        string[] renewed = release == bundle.Manifest.ReleaseCounter ? [] : ["--release", number];
        await cast.CommandAsync($"bundle-pack-{number}", ["bundle", "pack", bundle.Folder, "--out", into, "--key", key.PrivateFile, .. renewed], Nothing, ct);
        return Directory.EnumerateFiles(into, $"*{BundlePacker.Extension}").Single();
    }

    /// <summary>Writes the manifest, which is refused before every consumer is warm, and hands it to the hub.</summary>
    private async Task DeployAsync(string template, string condition, string bundle, string archive, BrokerAddress broker, IReadOnlyList<string> more, CancellationToken ct)
    {
        var name = $"{template}{(more.Count > 0 ? ".damaged" : "")}";
        var manifest = folder.ManifestOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
        await cast.CommandAsync(
            $"manifest-render-{name}",
            [
                "manifest", "render", "--template", AtPace(template), "--bundle", bundle, "--source", archives.AddressOf(archive), "--fleet", DemoOptions.Fleet,
                "--broker", $"{broker.Host}:{broker.Port}", "--target-condition", condition, "--wait", HeadsWarm.TotalSeconds.ToString(CultureInfo.InvariantCulture), "--out", manifest, .. more,
            ],
            Nothing, ct);
        await cast.CommandAsync(
            $"manifest-apply-{name}", ["manifest", "apply", manifest, "--hub-ca", hub.Authority], new Dictionary<string, string> { [HubChoice.Variable] = hub.ConnectionString }, ct);
    }

    /// <summary>A template that comes with the platform, at the pace of a rollout.</summary>
    private string AtPace(string template)
    {
        var document = ManifestFile.Read(Path.Combine(options.Manifests, $"{template}.json")).Document.DeepClone().AsObject();
        var section = document["content"]?["modulesContent"]?[BackboneSections.Module] as JsonObject ?? throw new ManifestException(template, $"modulesContent.{BackboneSections.Module}", "is missing");
        var publish = section["properties.desired.publish"] as JsonObject ?? [];
        publish["rate"] = options.RolloutRate;
        section["properties.desired.publish"] = publish.DeepClone();
        var file = folder.ManifestOf($"{template}.template");
        File.WriteAllText(file, ManifestFile.Of(template, document).ToText());
        return file;
    }

    private async Task OfferDamagedAsync(Bundle current, Bundle next, KeyFiles key, BrokerAddress broker, CancellationToken ct)
    {
        // A release of its own: the refusal is of this digest, and must not stand in the way of the sound bundle.
        var sound = await PackAsync(next, key, next.Manifest.ReleaseCounter + 1, ct);
        var digest = Path.GetFileNameWithoutExtension(sound);
        var damaged = Path.Combine(folder.Archives, "damaged", Path.GetFileName(sound));
        DamagedArchive.Write(sound, next.BackbonePath, damaged);
        await DeployAsync(
            "backbone", $"deviceId='{DamagedVehicle}'", sound, damaged, broker,
            // Below the deployment for the fleet, which is to follow.
            ["--id", "backbone-damaged", "--priority", "2"], ct);
        stage.Note($"{DamagedVehicle} is told to run bundle {digest[..8]}, in whose archive a byte is wrong");
        if (!await _wait.ForAsync(() => Refusal(DamagedVehicle, digest) is not null, RefusalLimit, ct))
        {
            _faults.Add($"{DamagedVehicle} did not refuse the damaged bundle {digest[..8]}: {Said(DamagedVehicle)}");
            return;
        }

        var refusal = Refusal(DamagedVehicle, digest)!;
        _refusals.Add(refusal);
        stage.Note($"{DamagedVehicle} refused it, {refusal.Code}: {refusal.Reason}");
        if (tally.ReportedBy(DamagedVehicle)?.Active?.Digest is var active && active != current.Digest)
        {
            _faults.Add($"{DamagedVehicle} runs {active ?? "nothing"} after it refused a bundle, not {current.Digest}");
        }
    }

    /// <summary>Waits until vehicles have proven the new bundle, and notes what it cost them.</summary>
    private async Task<bool> MoveAsync(Bundle current, Bundle next, IReadOnlyList<string> vehicles, CancellationToken ct)
    {
        var all = await _wait.ForAsync(() => vehicles.All(vehicle => tally.ReportedBy(vehicle)?.Active is { Proven: true } active && active.Digest == next.Digest), ProofLimit, ct);
        foreach (var vehicle in vehicles)
        {
            if (tally.ReportedBy(vehicle) is { Active: { Proven: true } active } && active.Digest == next.Digest
                && tally.ReportedBy(vehicle)?.Update is { Seconds: { } seconds, FramesLost: { } lost } update && update.Digest == next.Digest)
            {
                _moves.Add(new DemoMove(vehicle, current.Digest, next.Digest, Math.Round(seconds, 3), lost));
                stage.Note($"{vehicle} moved from {current.Digest[..8]} to {next.Digest[..8]} in {seconds:F2} s, {lost} frames lost, and has proven it");
                if (lost > 0)
                {
                    _faults.Add($"{vehicle} lost {lost} frames on its way to {next.Digest[..8]}");
                }
            }
            else
            {
                _faults.Add($"{vehicle} did not prove {next.Digest[..8]}: {Said(vehicle)}");
            }
        }

        return all;
    }

    private DemoRefusal? Refusal(string vehicle, string digest) => tally.ReportedBy(vehicle)?.Update is { State: "refused", Code: { } code } update && update.Digest == digest
        ? new DemoRefusal(vehicle, digest, code, update.Reason ?? "")
        : null;

    private string Said(string vehicle) => tally.ReportedBy(vehicle) is { } reported ? System.Text.Encoding.UTF8.GetString(reported.ToJson()) : "it reported nothing";

    private static Bundle Open(string path)
    {
        try
        {
            return Bundle.Open(path);
        }
        catch (BundleException e)
        {
            throw new DemoException(e.Message, e);
        }
    }
}
