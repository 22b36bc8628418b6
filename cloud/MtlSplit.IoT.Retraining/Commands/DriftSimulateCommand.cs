using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.DriftSimulation;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Evaluation;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>drift simulate</c>: false alarms in months without drift, and how long drifts go unseen.</summary>
internal static class DriftSimulateCommand
{
    public const string Example = "mtlsplit drift simulate --bundle models/shapes3d-mobilenetv3-small/1 --months 200 --report drift.json";

    private static readonly Option<string> BundleFolder = new("--bundle") { Description = "The bundle whose backbone and heads see the frames.", HelpName = "DIR", Required = true };
    private static readonly Option<int> Months = CountOption.Create("--months", 200, 1, 100_000, "Fleet-months without drift, for each length of scenes.");
    private static readonly Option<double[]> Scenes = new("--scenes")
    {
        Description = "How long a vehicle stays at a scene, in seconds; 0: every frame is another one.", HelpName = "SECONDS", DefaultValueFactory = _ => [0, 60], AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Trials = CountOption.Create("--trials", 30, 1, 10_000, "Fleets that get into each drift.");
    private static readonly Option<string[]> Drifts = DisturbanceListOption.Drifts();
    private static readonly Option<double> Budget = new("--budget") { Description = "False alarms a fleet and month that are acceptable, over all tasks and groups.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> CheckEvery = CountOption.Create("--check-every", 1, 1, 168, "Hours between two checks of a stream.");
    private static readonly Option<int> Images = CountOption.Create("--images", 3000, 100, Shapes3DSplit.TestCount, "Images of the test split that vehicles see.");
    private static readonly Option<int> Seed = CountOption.Create("--seed", 1, 0, int.MaxValue, "Decides everything.");
    private static readonly Option<int> Threads = CountOption.Create("--threads", Environment.ProcessorCount, 1, 1024, "Threads to compute with; the report does not depend on them.");
    private static readonly Option<string?> Report = new("--report") { Description = "Write the report there as JSON.", HelpName = "FILE" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON; everything else goes to standard error." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "simulate",
            "Counts false alarms of fleets whose world does not change, and measures how long drifts go unseen. Frames are rendered and answered by the bundle; days are simulated: vehicles that each know "
            + "another part of the world, and stay at a scene for a while.")
        {
            BundleFolder, Months, Scenes, Trials, Drifts, Budget, CheckEvery, Images, Seed, Threads, Report, Json,
        };
        Report.IsWrittenLast();
        Budget.Refuse(v => v > 0 && double.IsFinite(v) ? null : $"--budget: {v} is not above 0.");
        Scenes.Refuse(v => v!.All(s => s is >= 0 and <= 3600) ? null : "--scenes: a scene lasts 0 to 3600 seconds.");
        command.Does((parsed, stop) => Run(parsed, Screen.Create(parsed.GetValue(Json)), stop));
        return command.WithExamples(Example, "mtlsplit drift simulate --bundle models/shapes3d-mobilenetv3-small/1 --months 5 --trials 5 --drifts light:1,hue:60 --json");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, CancellationToken stop)
    {
        var (threads, seed) = (parsed.GetValue(Threads), (ulong)parsed.GetValue(Seed));
        var bundle = Bundle.Open(parsed.GetValue(BundleFolder)!);
        var path = BundlePath.Of(bundle);
        var data = DataSource.Open(DataSource.Rendered);
        var images = new ConditionImages(data, data.Split.Test(seed, parsed.GetValue(Images)), seed, threads);
        images.Require(parsed.GetValue(Drifts)!);
        var options = new SimulationOptions
        {
            Months = parsed.GetValue(Months),
            Trials = parsed.GetValue(Trials),
            Seed = seed,
            Budget = parsed.GetValue(Budget),
            CheckEvery = TimeSpan.FromHours(parsed.GetValue(CheckEvery)),
            Threads = threads,
        };
        var clean = SeenFrames.Of("clean", path, images.Of(DisturbanceListOption.Clean, stop), stop);
        var simulator = new DriftSimulator(bundle.Contract, [.. path.Heads.Select(head => head.Task)], clean, options, text => Console.Error.WriteLine(text));
        var quiet = parsed.GetValue(Scenes)!.Select(seconds => simulator.Quiet(TimeSpan.FromSeconds(seconds), stop)).ToList();
        List<DetectionDelay> delays = [];
        var scene = TimeSpan.FromSeconds(parsed.GetValue(Scenes)!.Max());
        foreach (var drift in parsed.GetValue(Drifts)!)
        {
            delays.AddRange(simulator.Delay(drift, SeenFrames.Of(drift, path, images.Of(drift, stop), stop), null, scene, stop));
        }

        // The world is as it was, but half of the classes do not come any more.
        var half = path.Heads[0].Classes / 2;
        delays.AddRange(simulator.Delay($"only {half} of {path.Heads[0].Classes} classes of {path.Heads[0].Task}", clean, i => clean.Labels[0][i] < half, scene, stop));
        var report = new SimulationReport($"{bundle.Manifest.Name} release {bundle.Manifest.ReleaseCounter}, {bundle.Contract.ShortForm}", seed, options.Budget, simulator.Streams, simulator.Level, quiet, delays);
        Write(console, report, options);
        var json = JsonSerializer.SerializeToUtf8Bytes(report, SimulationJson.Default.SimulationReport);
        if (parsed.GetValue(Report) is { } file)
        {
            File.WriteAllBytes(file, json);
        }

        if (parsed.GetValue(Json))
        {
            using var output = Console.OpenStandardOutput();
            output.Write(json);
            output.WriteByte((byte)'\n');
        }

        return ExitCode.Done;
    }

    private static void Write(IAnsiConsole console, SimulationReport report, SimulationOptions options)
    {
        console.WriteLine($"{report.Subject}: {report.Streams} streams (tasks × groups), a check every {options.CheckEvery.TotalHours:F0} h, each at level {report.Level:G2}, so that {report.Budget:G3} false alarms a month are expected at most");
        var quiet = new Table().Title("Months without drift").AddColumns("scenes", "blocks", "months", "checks", "suspicious", "false alarms", "a month", "95 %");
        foreach (var row in report.Quiet)
        {
            quiet.AddRow(
                $"{row.SceneSeconds:F0} s", $"{row.BlockSeconds:F0} s", $"{row.Months}", $"{row.Checks:N0}", $"{row.Suspicious:N0}", $"{row.FalseAlarms}", $"{row.PerMonth:F3}", $"{row.Low:F3} to {row.High:F3}");
        }

        console.Write(quiet);
        var delays = new Table().Title("From the beginning of a drift to its alarm").AddColumns("drift", "task", "accuracy", "in it", "found", "median", "10 to 90 %");
        foreach (var row in report.Delays)
        {
            delays.AddRow(
                Markup.Escape(row.Drift), row.Task, $"{row.AccuracyBefore:P1}", $"{row.AccuracyAfter:P1}", $"{row.Detected} of {row.Trials}", row.MedianHours is { } median ? $"{median:F1} h" : "-", row.LowHours is { } low ? $"{low:F1} to {row.HighHours:F1} h" : "-");
        }

        console.Write(delays);
    }
}
