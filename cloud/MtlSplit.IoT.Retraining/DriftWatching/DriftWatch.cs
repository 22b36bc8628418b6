using System.Globalization;
using System.IO.Hashing;
using System.Text;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Drift.Alarming;
using MtlSplit.IoT.Drift.Estimating;
using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Sampling;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>
/// Looks at a fleet's recorded features once: every contract, task and group, now beside the world as it was. Both windows are answered anew by the head in use, so that a new head is no drift.
/// The world as it was is the beginning of a contract, chosen once and kept. One instance looks once.
/// </summary>
internal sealed class DriftWatch(WatchOptions options)
{
    private readonly string _state = Path.Combine(Path.GetFullPath(options.DataFolder), "drift", $"{options.Fleet}.json");
    private readonly List<string> _notes = [];

    /// <summary>Looks.</summary>
    /// <param name="announce">Told of the outcome before it is kept: after a crash between the two the same is told again, never nothing.</param>
    /// <param name="ct">Stops between streams; nothing is kept then.</param>
    /// <exception cref="SampleStore.SampleStoreException">There is no store, or it is damaged.</exception>
    /// <exception cref="HeadException">A head in use is damaged.</exception>
    /// <exception cref="FolderInUseException">Another one looks; names it.</exception>
    public WatchReport Run(Action<WatchReport> announce, CancellationToken ct)
    {
        using var reader = SampleReader.Open(options.DataFolder);
        // Two at once would each raise the alarm.
        using var alone = FolderLock.Take(Path.GetDirectoryName(_state)!);
        var state = WatchState.Load(_state);
        var store = new HeadStore(options.DataFolder, options.Fleet, BundleCatalog.Load(options.ModelsFolder));
        var worlds = reader.Contracts()
            .Select(contract => Find(reader, contract, state))
            .OfType<World>()
            .Where(world => world.Tasks.Count > 0)
            .ToList();
        // A contract that nobody speaks any more is not watched, and takes nothing of the budget.
        var detector = new DriftDetector(options.Drift, Math.Max(1, worlds.Sum(world => world.Groups.Count * world.Tasks.Count)));
        var alarms = new DriftAlarms(options.Drift.RecoverAfter, state.Alarms);
        List<WatchedStream> streams = [];
        foreach (var world in worlds)
        {
            foreach (var task in world.Tasks)
            {
                streams.AddRange(Check(reader, store, world, task, detector, alarms, ct));
            }
        }

        var report = new WatchReport(options.Fleet, worlds.Count == 0 ? 0 : worlds.Max(world => world.Current.Until), streams, _notes);
        announce(report);
        (state with { Alarms = [.. alarms.On] }).Save(_state);
        return report;
    }

    /// <summary>Takes the newest window for the world as it is from now on: after a retraining that learned it, or when people say that it is meant to be so.</summary>
    public void Accept()
    {
        using var reader = SampleReader.Open(options.DataFolder);
        using var alone = FolderLock.Take(Path.GetDirectoryName(_state)!);
        var state = WatchState.Load(_state);
        foreach (var contract in reader.Contracts())
        {
            if (reader.Captured(contract, options.Fleet) is { } captured)
            {
                state.References[contract.ToString()] = new Stretch(Math.Max(captured.First, captured.Last - (long)options.Reference.TotalMicroseconds), captured.Last + 1);
            }
        }

        (state with { Alarms = [] }).Save(_state);
    }

    private World? Find(SampleReader reader, ContractId contract, WatchState state)
    {
        if (reader.Captured(contract, options.Fleet) is not { } captured)
        {
            return null;
        }

        if (reader.Descriptor(contract) is not { } descriptor)
        {
            _notes.Add($"{contract.ShortForm}: its descriptor was never recorded, so its features cannot be read");
            return null;
        }

        var until = options.At ?? captured.Last + 1;
        if (!state.References.TryGetValue(contract.ToString(), out var reference))
        {
            reference = new Stretch(captured.First, captured.First + (long)options.Reference.TotalMicroseconds);
            if (until <= reference.Until)
            {
                // Nothing is kept before it is whole.
                _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{contract.ShortForm}: the first {options.Reference.TotalHours:F1} h are the world as it was, and they are not over"));
                return null;
            }

            state.References[contract.ToString()] = reference;
        }

        var from = until - (long)options.Drift.Window.TotalMicroseconds;
        if (captured.Last < from)
        {
            _notes.Add($"{contract.ShortForm}: no frame in the window; nobody speaks it any more");
            return null;
        }

        var tasks = reader.Tasks(contract, options.Fleet);
        var groups = reader.Vehicles(contract, options.Fleet).Select(options.Groups.Of).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new World(contract, descriptor, reference, new Stretch(Math.Max(from, reference.Until), until), tasks, groups);
    }

    private IEnumerable<WatchedStream> Check(SampleReader reader, HeadStore store, World world, string task, DriftDetector detector, DriftAlarms alarms, CancellationToken ct)
    {
        if (store.Current(world.Contract, task) is not { } head)
        {
            _notes.Add($"{world.Contract.ShortForm}/{task}: no head reads it");
            yield break;
        }

        var reference = AnsweredFrame.Of(head, world.Descriptor, Samples(reader, world.Contract, task, world.Reference, ct), ct);
        var current = AnsweredFrame.Of(head, world.Descriptor, Samples(reader, world.Contract, task, world.Current, ct), ct);
        foreach (var group in world.Groups)
        {
            ct.ThrowIfCancellationRequested();
            var before = reference.Where(frame => options.Groups.Of(frame.Observation.Vehicle) == group).ToList();
            var now = current.Where(frame => options.Groups.Of(frame.Observation.Vehicle) == group).ToList();
            var key = new DriftKey(world.Contract, task, group);
            var chance = Chance(key, world.Current.Until);
            var prepared = detector.Prepare([.. before.Select(frame => frame.Observation)], chance);
            var check = detector.Check(key, world.Current.Until, prepared, [.. now.Select(frame => frame.Observation)], chance);
            var (change, alarm) = alarms.Take(check);
            yield return Describe(world, head, check, change, alarm, prepared, before, now);
        }
    }

    private static WatchedStream Describe(
        World world, HeadRelease head, DriftCheck check, DriftChange change, DriftAlarm? alarm, DriftReference prepared, List<AnsweredFrame> before, List<AnsweredFrame> now)
    {
        var labelled = before.Where(frame => frame.Right is not null).Select(frame => (frame.Observation, frame.Right!.Value)).ToList();
        var measured = now.Where(frame => frame.Right is not null).ToList();
        return new WatchedStream
        {
            Contract = world.Contract.ToString(),
            Task = check.Key.Task,
            Group = check.Key.Group,
            Head = head.Version,
            Verdict = check.Verdict.ToString().ToLowerInvariant(),
            Change = change.ToString().ToLowerInvariant(),
            Alarm = change == DriftChange.Recovered ? null : alarm?.Id,
            Reason = check.Reason,
            Reference = new WatchedWindow(world.Reference.From, world.Reference.Until, before.Count, prepared.Blocks.Count),
            Current = new WatchedWindow(world.Current.From, world.Current.Until, now.Count, check.HeadOutputs?.CurrentBlocks ?? ObservationBlock.Cut(now.Select(frame => frame.Observation), prepared.Length.Length).Count),
            BlockSeconds = prepared.Length.Length.TotalSeconds,
            Level = check.Level,
            Classes = [.. (check.HeadOutputs?.Classes ?? []).Select((c, index) => new WatchedClass(head.Manifest.Classes[index], c.Distance, c.PValue))],
            Features = check.Features is { } features
                ? new WatchedFeatures(features.Discrepancy, features.PValue, features.Permutations, [.. features.Examples.Select(o => new WatchedFrame(o.Frame.ToString(), o.Vehicle, o.CapturedAt))])
                : null,
            EstimatedAccuracy = labelled.Count > 0 && now.Count > 0 ? AccuracyEstimator.Fit(labelled).Estimate([.. now.Select(frame => frame.Observation)]) : null,
            MeasuredAccuracy = measured.Count > 0 ? (double)measured.Count(frame => frame.Right == true) / measured.Count : null,
            Labelled = measured.Count,
        };
    }

    private SampleSet Samples(SampleReader reader, ContractId contract, string task, Stretch stretch, CancellationToken ct)
    {
        // The uniform stream alone: what was kept by need is not the world as it is. And drawn from the whole window, not from its end.
        var samples = reader.Samples(
            new SampleFilter(contract, task)
            {
                Fleet = options.Fleet,
                CapturedSince = stretch.From,
                CapturedBefore = stretch.Until,
                LabelledOnly = false,
                Stream = StreamKind.Uniform,
                Drawn = options.MaxFrames,
            },
            ct);
        if (samples.Undecodable > 0)
        {
            _notes.Add($"{contract.ShortForm}/{task}: {samples.Undecodable} stored features cannot be decoded and were left out");
        }

        return samples;
    }

    // The same look gives the same answer.
    private Random Chance(DriftKey key, long at) =>
        new(unchecked((int)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{options.Seed}/{key.Contract}/{key.Task}/{key.Group}/{at}")))) & int.MaxValue);

    private sealed record World(
        ContractId Contract, FeatureDescriptor Descriptor, Stretch Reference, Stretch Current, IReadOnlyList<string> Tasks, IReadOnlyList<string> Groups);
}
