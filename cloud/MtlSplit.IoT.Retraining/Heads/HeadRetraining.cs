using System.Globalization;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.OnnxAuthoring.Reading;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.Training.Heads;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>
/// One retraining of one head with the backbone frozen: snapshot, train from the head in use, compare both on held-out
/// samples, and publish only what the gate accepts. One instance runs once.
/// </summary>
internal sealed class HeadRetraining(RetrainOptions options, TimeProvider time, Action<string> tell)
{
    private readonly SortedDictionary<string, double> _seconds = new(StringComparer.Ordinal);

    /// <summary>Runs it.</summary>
    /// <exception cref="RetrainException">It could not be carried out; the message says why.</exception>
    public RetrainReport Run(CancellationToken ct)
    {
        try
        {
            return RunSteps(ct);
        }
        catch (Exception e) when (e is SampleStoreException or HeadException or BundleException or InferenceModelException or OnnxReadException or OnnxAuthoring.Description.WeightsException or TrainingDivergedException)
        {
            throw new RetrainException(e.Message, e);
        }
    }

    private RetrainReport RunSteps(CancellationToken ct)
    {
        var store = new HeadStore(options.DataFolder, BundleCatalog.Load(options.ModelsFolder));
        var (current, snapshot, shape) = Timed("snapshot", () => TakeSnapshot(store, ct));
        tell($"snapshot {snapshot.Digest[..12]}: {snapshot.Training.Count} samples to learn from, {snapshot.HeldOut.Count} held out");
        var gate = new PromotionGate(options.MinLabels, options.Tolerance);
        if (gate.Check(snapshot) is { } tooFew)
        {
            return Finish(store, snapshot, current, tooFew, null);
        }

        var spec = new TaskSpec(options.Task, current.Manifest.Classes);
        var trained = Timed("train", () => Train(snapshot, spec, shape, current, ct));
        tell($"trained {trained.Epochs} epochs from {current.Version}");
        var onnx = HeadGraph.Write(trained.Head.Network, trained.Head.Weights, new Dictionary<string, string> { ["snapshot"] = snapshot.Digest, ["parent"] = current.Version });
        var (comparison, vehicles) = Timed("compare", () => Compare(snapshot, current, onnx, ct));
        var verdict = gate.Decide(comparison, trained.BestEpoch > 0);
        return Finish(store, snapshot, current, verdict, new Challenger(onnx, comparison, vehicles, trained.Epochs));
    }

    private (HeadRelease Current, HeadSnapshot Snapshot, int[] Shape) TakeSnapshot(HeadStore store, CancellationToken ct)
    {
        using var reader = SampleReader.Open(options.DataFolder);
        var contract = ContractChoice.Choose(options.Contract, reader.Contracts());
        var current = store.Current(contract, options.Task)
            ?? throw new RetrainException($"No head of task '{options.Task}' reads contract {contract.ShortForm}: neither {options.DataFolder} nor a bundle below {options.ModelsFolder} has one.");
        var descriptor = reader.Descriptor(contract)
            ?? throw new RetrainException($"The descriptor of contract {contract.ShortForm} was never recorded, so its features cannot be read.");
        var since = options.MaxAge is { } age ? (time.GetUtcNow() - age).ToUnixTimeMilliseconds() * 1000 : (long?)null;
        var found = reader.Samples(new SampleFilter(contract, options.Task) { Fleet = options.Fleet, CapturedSince = since, Newest = options.MaxSamples, Sources = options.LabelSources }, ct);
        return (current, HeadSnapshot.Take(contract, options.Task, current.Manifest.Classes, found), descriptor.Feature.Shape);
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
            var old = HeldOutAnswers.Of(current.OnnxPath, snapshot.Classes.Count, snapshot.HeldOut, ct);
            var young = HeldOutAnswers.Of(file, snapshot.Classes.Count, snapshot.HeldOut, ct);
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

    private RetrainReport Finish(HeadStore store, HeadSnapshot snapshot, HeadRelease current, GateVerdict verdict, Challenger? challenger)
    {
        HeadRelease? published = null;
        if (!options.DryRun && verdict.Decision == GateDecision.Accepted)
        {
            published = Timed("publish", () => Publish(store, snapshot, current, challenger!));
        }

        var report = new RetrainReport
        {
            Task = options.Task,
            Contract = snapshot.Contract.ToString(),
            Fleet = options.Fleet,
            At = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
            Snapshot = snapshot.Digest,
            TrainingSamples = snapshot.Training.Count,
            HeldOutSamples = snapshot.HeldOut.Count,
            SamplesPerClass = snapshot.Classes.Select((name, index) => (name, count: snapshot.Samples.Count(s => s.Class == index))).ToDictionary(c => c.name, c => c.count, StringComparer.Ordinal),
            UnknownClasses = snapshot.UnknownClasses,
            Undecodable = snapshot.Undecodable,
            Contradicted = snapshot.Contradicted,
            KeptApart = snapshot.KeptApart,
            Current = current.Version,
            Comparison = challenger?.Comparison,
            Vehicles = challenger?.Vehicles ?? new Dictionary<string, PairedComparison>(),
            Decision = verdict.Decision,
            Reason = verdict.Reason,
            Published = published?.Version,
            DryRun = options.DryRun,
            Epochs = challenger?.Epochs ?? 0,
            Seconds = _seconds,
        };
        if (!options.DryRun)
        {
            RetrainingArchive.Keep(options.DataFolder, report, published is null ? null : snapshot);
        }

        return report;
    }

    private HeadRelease Publish(HeadStore store, HeadSnapshot snapshot, HeadRelease current, Challenger challenger)
    {
        var (all, difference) = (challenger.Comparison, challenger.Comparison.Difference);
        return store.Publish(
            snapshot.Contract,
            new HeadManifest
            {
                Task = options.Task,
                Classes = current.Manifest.Classes,
                Contract = snapshot.Contract.ToString(),
                Number = 0,
                Sha256 = "",
                CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
                Parent = current.Version,
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
                    ["snapshot"] = snapshot.Digest,
                    ["training_samples"] = snapshot.Training.Count.ToString(CultureInfo.InvariantCulture),
                    ["held_out_samples"] = snapshot.HeldOut.Count.ToString(CultureInfo.InvariantCulture),
                    ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
                },
            },
            challenger.Onnx);
    }

    private T Timed<T>(string step, Func<T> run)
    {
        var started = time.GetTimestamp();
        var result = run();
        _seconds[step] = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3);
        return result;
    }

    private sealed record Challenger(byte[] Onnx, PairedComparison Comparison, IReadOnlyDictionary<string, PairedComparison> Vehicles, int Epochs);
}
