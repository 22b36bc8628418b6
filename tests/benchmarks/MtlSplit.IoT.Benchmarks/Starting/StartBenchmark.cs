using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Benchmarks.Bundles;
using MtlSplit.IoT.Benchmarks.Hub;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;

namespace MtlSplit.IoT.Benchmarks.Starting;

/// <summary>From a program's start to its first feature, and what it then holds in memory, beside a program in C that runs the same model and nothing else.</summary>
internal static class StartBenchmark
{
    public static Command Command()
    {
        var bundle = BenchmarkBundle.Option();
        var program = new Option<string?>("--program") { Description = "The Backbone as it is published ahead of time (default: where dotnet publish puts it)." };
        var repeats = new Option<int>("--repeats") { Description = "Starts of each; the median counts.", DefaultValueFactory = _ => 7 };
        var features = new Option<int>("--features") { Description = "Features before memory is looked at.", DefaultValueFactory = _ => 300 };
        var json = Report.JsonOption();
        var command = new Command("start", "The Backbone's start to its first feature, and its memory, against bare ONNX Runtime.") { bundle, program, repeats, features, json };
        command.SetAction(async (arguments, _) =>
        {
            var opened = BenchmarkBundle.Open(arguments.GetValue(bundle));
            using var report = new Report("start", $"{opened.Manifest.Name} ({opened.Contract.ShortForm}), files in the page cache", arguments.GetValue(json), Console.Out);
            await RunAsync(opened, Find(arguments.GetValue(program)), arguments.GetValue(repeats), arguments.GetValue(features), report);
        });
        return command.WithExamples(
            "dotnet publish modules/MtlSplit.IoT.Backbone -c Release -r linux-x64 -p:PublishAot=true && dotnet run -c Release --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- start",
            "dotnet run -c Release --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- start --repeats 15 --json");
    }

    private static string Find(string? program)
    {
        var path = program ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "publish", "MtlSplit.IoT.Backbone", "release_linux-x64", "MtlSplit.IoT.Backbone"));
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not there; make it first: dotnet publish modules/MtlSplit.IoT.Backbone -c Release -r linux-x64 -p:PublishAot=true");
    }

    private static async Task RunAsync(Bundle bundle, string published, int repeats, int features, Report report)
    {
        var folder = Directory.CreateTempSubdirectory("mtlsplit-start-");
        try
        {
            await using var broker = await EmbeddedBroker.StartAsync(CancellationToken.None);
            await using var bus = new BusConnection(new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = "bench" }, TimeProvider.System, NullLogger.Instance);
            bus.Start();
            await using var subscription = await bus.SubscribeAsync(DataTopics.AllFeatures(VehicleProgram.Fleet), CancellationToken.None);
            await using var hub = await HubProcess.StartAsync();
            var bare = await BareProgram.CompileAsync(folder.FullName, Path.GetDirectoryName(published)!);
            var ahead = new VehicleProgram(published, bundle, broker, subscription, folder.FullName);
            var compiled = new VehicleProgram(Path.Combine(AppContext.BaseDirectory, "MtlSplit.IoT.Backbone"), bundle, broker, subscription, folder.FullName);
            (string Name, Func<Task<Started>> StartAsync)[] rivals =
            [
                ("bare ONNX Runtime, in C", () => bare.StartAsync(bundle, features)),
                ("ahead of time", () => ahead.StartAsync(features)),
                ("ahead of time, IoT Edge module", () => ahead.StartModuleAsync(hub, features)),
                ("compiled at run time", () => compiled.StartAsync(features)),
            ];
            var starts = rivals.Select(_ => new List<Started>()).ToArray();
            for (var turn = 0; turn < repeats; turn++)
            {
                for (var rival = 0; rival < rivals.Length; rival++)
                {
                    starts[rival].Add(await rivals[rival].StartAsync());
                }
            }

            report.Table(
                $"median of {repeats} starts; memory after {features} features",
                Column.Text("program", 32), new("first feature ms", "F0", 16), new("ours/bare", "F2", 9), new("resident MiB", "F1"), new("ours/bare ", "F2", 10), new("own MiB", "F1", 8));
            var (bareFirst, bareMemory) = (Median(starts[0], s => s.FirstMs), Median(starts[0], s => s.Memory.All));
            foreach (var (rival, costs) in rivals.Zip(starts))
            {
                var (first, memory) = (Median(costs, s => s.FirstMs), Median(costs, s => s.Memory.All));
                report.Row(rival.Name, first, first / bareFirst, memory, memory / bareMemory, Median(costs, s => s.Memory.Own));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Median(List<Started> starts, Func<Started, double> figure)
    {
        var sorted = starts.Select(figure).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
