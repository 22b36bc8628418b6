using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using MtlSplit.IoT.Benchmarks.Bundles;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Benchmarks.Retraining;

/// <summary>The command <c>retrain heads</c> as a process, on a data folder filled beforehand: wall time from its start to its end, and where it goes.</summary>
internal static class RetrainBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Command Command()
    {
        var bundle = BenchmarkBundle.Option();
        var task = new Option<string>("--task") { Description = "The task.", DefaultValueFactory = _ => Shapes3DTask.ObjectSize.Name };
        var features = new Option<int>("--features") { Description = "Stored features with a label each.", DefaultValueFactory = _ => 20_000 };
        var repeats = new Option<int>("--repeats") { Description = "How often; the median counts.", DefaultValueFactory = _ => 3 };
        var json = Report.JsonOption();
        var command = new Command("retrain", "`retrain heads` on stored features: wall seconds, step by step.") { bundle, task, features, repeats, json };
        command.SetAction((arguments, _) => RunAsync(
            BenchmarkBundle.Open(arguments.GetValue(bundle)), arguments.GetValue(task)!, arguments.GetValue(features), arguments.GetValue(repeats), arguments.GetValue(json)));
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- retrain",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- retrain --task object_shape --features 5000 --json");
    }

    private static async Task RunAsync(Bundle bundle, string taskName, int features, int repeats, bool json)
    {
        var task = Shapes3DTask.Find(taskName) ?? throw new ArgumentException($"There is no task '{taskName}' in 3D Shapes.");
        var data = Directory.CreateTempSubdirectory("mtlsplit-bench-retrain-");
        try
        {
            using var report = new Report("retrain", $"{features} features of {bundle.Manifest.Name} ({bundle.Contract.ShortForm}), {taskName}", json, Console.Out);
            SampleFolderMaker.Fill(data.FullName, bundle, task, features);
            report.Table(
                "seconds",
                new Column("run", Width: 6),
                new Column("wall", "F1", 7),
                new Column("snapshot", "F1", 8),
                new Column("train", "F1", 7),
                new Column("compare", "F1", 7),
                new Column("epochs", "F0", 6),
                Column.Text("decision", 10),
                new Column("accuracy before", "P1", 15),
                new Column("after", "P1", 7));
            var rows = new List<(double Wall, object?[] Row)>();
            for (var run = 1; run <= repeats; run++)
            {
                // A dry run publishes nothing, so that every run starts from the same head.
                var (wall, answer) = await RetrainAsync(bundle, taskName, data.FullName);
                var seconds = answer.GetProperty("seconds");
                object?[] row =
                [
                    run,
                    wall,
                    seconds.GetProperty("snapshot").GetDouble(),
                    seconds.GetProperty("train").GetDouble(),
                    seconds.GetProperty("compare").GetDouble(),
                    answer.GetProperty("epochs").GetInt32(),
                    answer.GetProperty("decision").ToString(),
                    answer.GetProperty("comparison").GetProperty("current").GetProperty("value").GetDouble(),
                    answer.GetProperty("comparison").GetProperty("challenger").GetProperty("value").GetDouble(),
                ];
                report.Row(row);
                rows.Add((wall, row));
            }

            report.Row(["median", .. rows.OrderBy(r => r.Wall).ElementAt(rows.Count / 2).Row[1..]]);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<(double Wall, JsonElement Report)> RetrainAsync(Bundle bundle, string task, string data)
    {
        // Outputs lie side by side: artifacts/bin/PROJECT/CONFIGURATION.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "MtlSplit.IoT.Retraining", here.Name, "MtlSplit.IoT.Retraining.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[program, "retrain", "heads", "--task", task, "--data", data, "--models", Path.GetFullPath(Path.Combine(bundle.Folder, "..", "..")), "--dry-run", "--json"])
        {
            start.ArgumentList.Add(argument);
        }

        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        var wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return process.ExitCode is 0 or 3
            ? (wall, JsonDocument.Parse(await output).RootElement)
            : throw new InvalidOperationException($"retrain heads ended with {process.ExitCode}: {await errors}");
    }
}
