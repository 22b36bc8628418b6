using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.SampleStore.Queries;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary><c>mtlsplit registry lineage</c>: from a frame to the heads that it taught and what was said about it; from a head to its frames and its predictions.</summary>
internal static class LineageCommand
{
    private const int MaxRows = 10_000;

    public static Command Create()
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "A head's version or number, or a frame: 32 hex digits." };
        var data = RegistryCommand.DataOption();
        var task = RegistryCommand.TaskOption();
        var contract = RegistryCommand.ContractOption();
        var frames = new Option<bool>("--frames") { Description = "List the frames that taught the head." };
        var json = RegistryCommand.JsonOption("Print one JSON object.");
        var command = new Command("lineage", "Where a head comes from, what became of it and what it said; or which heads a frame taught, and what was said about it.") { name, data, task, contract, frames, json };
        command.Does((parsed, ct) =>
        {
            var (folder, what) = (parsed.GetValue(data)!, parsed.GetValue(name)!);
            var registry = RegistryCommand.Open(folder);
            return Task.FromResult(FrameId.TryParse(what, out var frame)
                ? Trace(registry, frame, folder, parsed.GetValue(json), ct)
                : Trace(registry, registry.FindHead(what, parsed.GetValue(contract), parsed.GetValue(task)), folder, parsed.GetValue(frames), parsed.GetValue(json)));
        });
        return command.WithExamples("mtlsplit registry lineage h3-6084063e1026 --data data --frames", "mtlsplit registry lineage 00064a0000000000000000000000002a --data data");
    }

    private static int Trace(ModelRegistry registry, RegisteredHead head, string data, bool listFrames, bool json)
    {
        var lineage = registry.Trace(head);
        var frames = listFrames && lineage.Origins[0] is { Run: { } run, SnapshotKept: true } ? registry.Frames(run).Select(FrameRow.Of).ToList() : null;
        var predictions = Predictions(data, head);
        if (json)
        {
            var row = new HeadLineageRow(
                head.Version,
                head.Manifest.Task,
                head.Manifest.Contract,
                [.. lineage.Origins.Select(o => new HeadLineageRow.Origin(o.Version, o.Run?.Id, o.Run?.Manifest.Snapshot, o.Run?.Manifest.TrainingSamples, o.Run?.Manifest.HeldOutSamples, o.Run?.Manifest.Decision, o.Bundle))],
                [.. lineage.Children.Select(child => child.Version)],
                [.. lineage.Times.Select(time => new HeadLineageRow.Time(time.Key.Fleet, time.Alias.ToString().ToLowerInvariant(), Moment.Of(time.Since), time.Until is { } until ? Moment.Of(until) : null))],
                predictions,
                frames);
            Console.WriteLine(JsonSerializer.Serialize(row, RegistryJson.Default.HeadLineageRow));
            return ExitCode.Done;
        }

        foreach (var origin in lineage.Origins)
        {
            Console.WriteLine(origin switch
            {
                { Run: { Manifest: var made } from } => $"{origin.Version} <- run {from.Id[..12]} ({made.Decision}) <- snapshot {made.Snapshot[..12]}{(origin.SnapshotKept ? "" : " (collected)")}: {made.TrainingSamples:N0} frames to learn from, {made.HeldOutSamples:N0} to compare on; started from {made.Parent}",
                { Bundle: { } bundle } => $"{origin.Version} <- bundle {bundle[..12]}",
                { Head: null } => $"{origin.Version}: not registered",
                _ => $"{origin.Version}: registered without a run",
            });
        }

        Console.WriteLine(lineage.Children.Count == 0 ? "nothing was trained from it" : $"trained from it: {string.Join(", ", lineage.Children.Select(child => child.Version))}");
        Console.WriteLine(lineage.Times.Count == 0 ? "it never answered" : string.Join('\n', lineage.Times.Select(time => $"{time.Alias.ToString().ToLowerInvariant()} of {time.Key.Fleet} from {Moment.Of(time.Since)} {(time.Until is { } until ? $"until {Moment.Of(until)}" : "on")}")));
        Console.WriteLine(predictions is null ? "no samples are recorded here" : $"{predictions.Values.Sum():N0} predictions are recorded{string.Concat(predictions.Select(p => $"; {p.Key}: {p.Value:N0}"))}");
        frames?.ForEach(frame => Console.WriteLine($"{frame.Frame} {frame.Vehicle} {frame.At} {frame.Label} {frame.Part}"));
        return ExitCode.Done;
    }

    private static int Trace(ModelRegistry registry, FrameId frame, string data, bool json, CancellationToken ct)
    {
        var uses = registry.Trace(frame, ct);
        var predictions = Predictions(data, frame);
        if (json)
        {
            var row = new FrameLineageRow(
                $"{frame}",
                [.. uses.Select(use => new FrameLineageRow.Use(use.Run.Id, use.Run.Manifest.Task, FrameRow.PartOf(use.Frame), use.Frame.Class, use.Run.Manifest.Snapshot, use.Run.Manifest.Decision, use.Run.Manifest.Challenger))],
                predictions);
            Console.WriteLine(JsonSerializer.Serialize(row, RegistryJson.Default.FrameLineageRow));
            return ExitCode.Done;
        }

        foreach (var use in uses)
        {
            var manifest = use.Run.Manifest;
            Console.WriteLine($"{FrameRow.PartOf(use.Frame)} of {manifest.Task} as '{use.Frame.Class}' -> snapshot {manifest.Snapshot[..12]} -> run {use.Run.Id[..12]} ({manifest.Decision}) -> {manifest.Challenger ?? "no head"}{(manifest.Challenger is not null && use.Head is null ? " (collected)" : "")}");
        }

        Console.WriteLine(uses.Count == 0 ? "no run used it whose snapshot is kept" : uses.Count == 1 ? "1 run used it" : $"{uses.Count} runs used it");
        foreach (var prediction in predictions ?? [])
        {
            Console.WriteLine($"{prediction.Task}: {prediction.Head} said class {prediction.Class.ToString(CultureInfo.InvariantCulture)} (vehicle {prediction.Vehicle})");
        }

        return ExitCode.Done;
    }

    private static SortedDictionary<string, long>? Predictions(string data, RegisteredHead head) => Ask(
        data,
        $"SELECT vehicle, count(*) FROM predictions WHERE contract = '{head.Manifest.Contract}' AND task = '{head.Manifest.Task}' AND head_version = '{head.Version}' GROUP BY vehicle",
        rows => new SortedDictionary<string, long>(rows.ToDictionary(row => (string)row[0]!, row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture)), StringComparer.Ordinal));

    private static List<FrameLineageRow.Prediction>? Predictions(string data, FrameId frame) => Ask(
        data,
        $"SELECT task, head_version, vehicle, class FROM predictions WHERE frame = '{frame}' ORDER BY ALL",
        rows => rows.Select(row => new FrameLineageRow.Prediction((string)row[0]!, (string)row[1]!, (string)row[2]!, Convert.ToInt64(row[3], CultureInfo.InvariantCulture))).ToList());

    /// <summary>Asks the samples of the data folder, where it has any: lineage ends where nothing was recorded.</summary>
    private static T? Ask<T>(string data, string sql, Func<IReadOnlyList<object?[]>, T> read)
        where T : class
    {
        if (!Directory.Exists(Path.Combine(data, "samples")))
        {
            return null;
        }

        using var reader = SampleReader.Open(data);
        return read(reader.Query(sql, MaxRows).Rows);
    }
}
