using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.OnnxAuthoring.Reading;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Retraining.Commands;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.Training.Heads;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>
/// One retraining of one head with the backbone frozen: snapshot, train from the head in use, compare both on held-out
/// samples, register what came out with the gate's decision, and promote only what the gate accepts. One instance runs once.
/// </summary>
internal sealed class HeadRetraining(RetrainOptions options, TimeProvider time, Action<string> tell, IChangeLog? changes = null)
{
    // More are not a choice that a message could list.
    private const int MaxFleets = 100;

    private readonly SortedDictionary<string, double> _seconds = new(StringComparer.Ordinal);

    /// <summary>Runs it.</summary>
    /// <exception cref="RetrainException">It could not be carried out; the message says why.</exception>
    public RetrainReport Run(CancellationToken ct)
    {
        try
        {
            return RunSteps(ct);
        }
        catch (Exception e) when (e is SampleStoreException or HeadException or RegistryException or KeyException or BundleException or InferenceModelException or OnnxReadException or OnnxAuthoring.Description.WeightsException or TrainingDivergedException)
        {
            throw new RetrainException(e.Message, e);
        }
    }

    private RetrainReport RunSteps(CancellationToken ct)
    {
        using var key = options.KeyFile is null ? null : SigningKey.Load(options.KeyFile);
        var registry = new ModelRegistry(options.DataFolder, time, trusted: null, changes);
        if (registry.AsksForSignatures && key is null && !options.DryRun)
        {
            throw new RetrainException($"Only heads that a trusted key signed may answer ({new RegistryFolder(options.DataFolder).Trusted}): say --key.");
        }

        var (start, snapshot, shape) = Timed("snapshot", () => TakeSnapshot(ct));
        var current = start.Head;
        tell($"snapshot {snapshot.Digest[..12]}: {snapshot.Training.Count} samples to learn from, {snapshot.HeldOut.Count} held out");
        var gate = new PromotionGate(options.MinLabels, options.Tolerance);
        if (gate.Check(snapshot) is { } tooFew)
        {
            return Finish(registry, key, start, snapshot, tooFew, null);
        }

        var spec = new TaskSpec(options.Task, current.Manifest.Classes);
        var trained = Timed("train", () => Train(snapshot, spec, shape, current, ct));
        tell($"trained {trained.Epochs} epochs from {current.Version}");
        var onnx = HeadGraph.Write(trained.Head.Network, trained.Head.Weights, new Dictionary<string, string> { ["snapshot"] = snapshot.Digest, ["parent"] = current.Version });
        var (comparison, vehicles) = Timed("compare", () => Compare(snapshot, current, onnx, ct));
        var verdict = gate.Decide(comparison, trained.BestEpoch > 0);
        return Finish(registry, key, start, snapshot, verdict, new Challenger(onnx, comparison, vehicles, trained.Epochs));
    }

    private (Start Start, HeadSnapshot Snapshot, int[] Shape) TakeSnapshot(CancellationToken ct)
    {
        using var reader = SampleReader.Open(options.DataFolder);
        var contract = ContractChoice.Choose(options.Contract, reader.Contracts());
        var fleets = reader.Query($"SELECT DISTINCT fleet FROM features WHERE contract = '{contract}' ORDER BY 1", MaxFleets);
        var fleet = FleetChoice.Choose(options.Fleet, [.. fleets.Rows.Select(row => (string)row[0]!)]);
        var store = new HeadStore(options.DataFolder, fleet, BundleCatalog.Load(options.ModelsFolder));
        var current = store.Current(contract, options.Task)
            ?? throw new RetrainException($"No head of task '{options.Task}' reads contract {contract.ShortForm}: neither {options.DataFolder} nor a bundle below {options.ModelsFolder} has one.");
        var descriptor = reader.Descriptor(contract)
            ?? throw new RetrainException($"The descriptor of contract {contract.ShortForm} was never recorded, so its features cannot be read.");
        var since = options.MaxAge is { } age ? (time.GetUtcNow() - age).ToUnixTimeMilliseconds() * 1000 : (long?)null;
        var found = reader.Samples(new SampleFilter(contract, options.Task) { Fleet = fleet, CapturedSince = since, Newest = options.MaxSamples, Sources = options.LabelSources }, ct);
        return (new Start(fleet, current, store.Aliases(contract, options.Task)?.Production is null), HeadSnapshot.Take(contract, options.Task, current.Manifest.Classes, found), descriptor.Feature.Shape);
    }

    // Without weights: that the need stream has more of what heads are unsure of is what it is for. The comparison, which speaks of the fleet, is weighted.
    private HeadTrainingResult Train(HeadSnapshot snapshot, TaskSpec spec, int[] shape, HeadRelease current, CancellationToken ct)
    {
        var length = snapshot.Training[0].Feature.Length;
        var features = new float[checked(snapshot.Training.Count * length)];
        for (var i = 0; i < snapshot.Training.Count; i++)
        {
            snapshot.Training[i].Feature.CopyTo(features, i * length);
        }

        return HeadTrainer.Train(
            new HeadSamples(spec, shape, features, [.. snapshot.Training.Select(s => s.Class)]),
            HeadWeightsReader.Read(current.OnnxPath),
            new HeadTrainingOptions
            {
                Seed = options.Seed,
                MaxEpochs = options.Epochs,
                Patience = 5,
                // A small snapshot has few steps an epoch; smaller ones make up for it.
                BatchSize = snapshot.Training.Count < 8192 ? 64 : 256,
                Threads = options.Threads,
            },
            ct);
    }

    private static (PairedComparison All, IReadOnlyDictionary<string, PairedComparison> Vehicles) Compare(HeadSnapshot snapshot, HeadRelease current, byte[] onnx, CancellationToken ct)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mtlsplit-challenger-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.onnx");
        try
        {
            File.WriteAllBytes(file, onnx);
            float[][] features = [.. snapshot.HeldOut.Select(sample => sample.Feature)];
            var old = HeadAnswers.TopClasses(current.OnnxPath, snapshot.Classes.Count, features, ct);
            var young = HeadAnswers.TopClasses(file, snapshot.Classes.Count, features, ct);
            var vehicles = Enumerable.Range(0, old.Length)
                .GroupBy(i => snapshot.HeldOut[i].Vehicle, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => PairedComparison.Of([.. g.Select(i => snapshot.HeldOut[i])], [.. g.Select(i => old[i])], [.. g.Select(i => young[i])]), StringComparer.Ordinal);
            return (PairedComparison.Of(snapshot.HeldOut, old, young), new SortedDictionary<string, PairedComparison>(vehicles, StringComparer.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private RetrainReport Finish(ModelRegistry registry, SigningKey? key, Start start, HeadSnapshot snapshot, GateVerdict verdict, Challenger? challenger)
    {
        var report = new RetrainReport
        {
            Task = options.Task,
            Contract = snapshot.Contract.ToString(),
            Fleet = start.Fleet,
            At = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
            Snapshot = snapshot.Digest,
            TrainingSamples = snapshot.Training.Count,
            HeldOutSamples = snapshot.HeldOut.Count,
            SamplesPerClass = snapshot.Classes.Select((name, index) => (name, count: snapshot.Samples.Count(s => s.Class == index))).ToDictionary(c => c.name, c => c.count, StringComparer.Ordinal),
            UnknownClasses = snapshot.UnknownClasses,
            Undecodable = snapshot.Undecodable,
            Contradicted = snapshot.Contradicted,
            KeptApart = snapshot.KeptApart,
            Current = start.Head.Version,
            Comparison = challenger?.Comparison,
            Vehicles = challenger?.Vehicles ?? new Dictionary<string, PairedComparison>(),
            Decision = verdict.Decision,
            Reason = verdict.Reason,
            DryRun = options.DryRun,
            Epochs = challenger?.Epochs ?? 0,
            Seconds = _seconds,
        };
        return options.DryRun ? report : Timed("publish", () => Register(registry, key, start, snapshot, report, challenger));
    }

    private RetrainReport Register(ModelRegistry registry, SigningKey? key, Start start, HeadSnapshot snapshot, RetrainReport report, Challenger? challenger)
    {
        var outcome = registry.Register(
            new FinishedRun(RunOf(report), JsonSerializer.SerializeToUtf8Bytes(report, RetrainReportJson.Default.RetrainReport), snapshot.Listing)
            {
                Challenger = challenger is null ? null : HeadOf(report, start, challenger),
                Onnx = challenger?.Onnx,
            },
            key);
        report = report with { Run = outcome.Run.Id, Registered = outcome.Head?.Version };
        if (report.Decision != GateDecision.Accepted)
        {
            return report;
        }

        var head = outcome.Head!;
        try
        {
            // A head that answers without an alias came in a bundle; it is registered, so that there is a way back to it.
            var inUse = start.IsSeed ? registry.Register(start.Head.Manifest, File.ReadAllBytes(start.Head.OnnxPath), key) : null;
            registry.Promote(
                new AliasKey(start.Fleet, snapshot.Contract, options.Task),
                head,
                new ChangeReason(options.By, report.Reason),
                new PromotionOptions { Expected = start.Head.Version, InUse = inUse });
        }
        catch (RegistryException e)
        {
            throw new RetrainException($"{e.Message}. The gate accepted {head.Version} and it is registered, but it does not answer ('mtlsplit registry promote {head.Version}').", e);
        }

        return report with { Published = head.Version };
    }

    private RunManifest RunOf(RetrainReport report) => new()
    {
        Fleet = report.Fleet,
        Contract = report.Contract,
        Task = report.Task,
        At = report.At,
        Parent = report.Current,
        Snapshot = report.Snapshot,
        TrainingSamples = report.TrainingSamples,
        HeldOutSamples = report.HeldOutSamples,
        Decision = report.Decision.ToString(),
        Reason = report.Reason,
        Report = "",
        Code = CodeVersion.Current,
        Seed = options.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private HeadManifest HeadOf(RetrainReport report, Start start, Challenger challenger)
    {
        var (all, difference) = (challenger.Comparison, challenger.Comparison.Difference);
        return new HeadManifest
        {
            Task = report.Task,
            Classes = start.Head.Manifest.Classes,
            Contract = report.Contract,
            Number = 0,
            Sha256 = "",
            CreatedAt = report.At,
            Parent = start.Head.Version,
            Metrics = new SortedDictionary<string, double>
            {
                ["accuracy"] = all.Challenger.Value,
                ["accuracy_low"] = all.Challenger.Low,
                ["accuracy_high"] = all.Challenger.High,
                ["parent_accuracy"] = all.Current.Value,
                ["difference_low"] = difference.Low,
                ["difference_high"] = difference.High,
            },
            Lineage = new SortedDictionary<string, string>
            {
                ["fleet"] = report.Fleet,
                ["training_samples"] = report.TrainingSamples.ToString(CultureInfo.InvariantCulture),
                ["held_out_samples"] = report.HeldOutSamples.ToString(CultureInfo.InvariantCulture),
                ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
                ["code"] = CodeVersion.Current,
            },
        };
    }

    private T Timed<T>(string step, Func<T> run)
    {
        var started = time.GetTimestamp();
        var result = run();
        _seconds[step] = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3);
        return result;
    }

    /// <summary>Where a retraining starts: for which fleet, from which head, and whether that answers without an alias, as one of a bundle does.</summary>
    private sealed record Start(string Fleet, HeadRelease Head, bool IsSeed);

    private sealed record Challenger(byte[] Onnx, PairedComparison Comparison, IReadOnlyDictionary<string, PairedComparison> Vehicles, int Epochs);
}
