using System.CommandLine;
using MtlSplit.IoT.Benchmarks.Bundles;
using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Broker.Mosquitto;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Testing.Brokers;

namespace MtlSplit.IoT.Benchmarks.Backbone;

/// <summary>The vehicle's journey, stage by stage, beside ONNX Runtime alone: frames/s and bytes allocated per frame.</summary>
internal static class BackboneBenchmark
{
    public static Command Command()
    {
        var bundle = BenchmarkBundle.Option();
        var workers = new Option<int[]>("--workers") { Description = "Sessions, one thread each.", DefaultValueFactory = _ => [1, 2], AllowMultipleArgumentsPerToken = true };
        var turns = new Option<int>("--turns") { Description = "Turns of each rival; the median counts.", DefaultValueFactory = _ => 9 };
        var length = new Option<double>("--seconds") { Description = "Length of a turn.", DefaultValueFactory = _ => 0.5 };
        var json = Report.JsonOption();
        var command = new Command("backbone", "The backbone's stages against bare ONNX Runtime: frames/s, ratio, bytes per frame.") { bundle, workers, turns, length, json };
        command.SetAction(async (arguments, _) =>
        {
            var opened = BenchmarkBundle.Open(arguments.GetValue(bundle));
            using var report = new Report("backbone", $"{opened.Manifest.Name} ({opened.Contract.ShortForm})", arguments.GetValue(json), Console.Out);
            var installed = MosquittoProcess.FindExecutable() is not null;
            if (!installed)
            {
                report.Note("the embedded broker stands in for Mosquitto, which is not installed (apt-get install mosquitto).");
            }

            await using IBrokerUnderTest broker = installed
                ? await MosquittoBroker.StartAsync(CancellationToken.None)
                : await EmbeddedBroker.StartAsync(CancellationToken.None);
            foreach (var count in arguments.GetValue(workers)!)
            {
                await RunAsync(opened, broker, count, arguments.GetValue(turns), TimeSpan.FromSeconds(arguments.GetValue(length)), report);
            }
        });
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- backbone",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- backbone --workers 1 --turns 21 --json");
    }

    private static async Task RunAsync(Bundle bundle, IBrokerUnderTest broker, int workers, int turns, TimeSpan length, Report report)
    {
        using var reader = new RawConnection(broker.Port, "bench-reader");
        reader.Subscribe(BackboneStages.Features);
        var reading = new Thread(() => new RawSubscriber(reader).Run(_ => { }));
        reading.Start();
        try
        {
            await CompareAsync(bundle, broker, workers, turns, length, report);
        }
        finally
        {
            reader.Shutdown();
            reading.Join();
        }
    }

    private static async Task CompareAsync(Bundle bundle, IBrokerUnderTest broker, int workers, int turns, TimeSpan length, Report report)
    {
        await using var stages = new BackboneStages(bundle, workers, broker.Port, length);
        await stages.LoadAsync();
        var results = await Turns.RunAsync(turns, stages.BareAsync, stages.ExtractAsync, stages.CaptureAsync, stages.PublishAsync);
        string[] names = ["bare ONNX Runtime", "inference + encoding", "capture to feature", $"capture to {broker.Name}"];
        report.Table(
            $"{workers} {(workers == 1 ? "worker" : "workers")}, median of {turns} turns of {length.TotalSeconds} s",
            Column.Text("stages", 22),
            new("frames/s"),
            new("ours/bare", "F3", 9),
            new("cpu us/frame", "F1", 12),
            new("bare/ours cpu", "F3", 13),
            new("bytes/frame", "F1", 11));
        foreach (var (name, result) in names.Zip(results))
        {
            report.Row(name, result.PerSecond, result.PerSecond / results[0].PerSecond, result.MicrosecondsEach, results[0].MicrosecondsEach / result.MicrosecondsEach, result.BytesEach);
        }

        if (stages.GivenUp > 0)
        {
            throw new InvalidOperationException($"{stages.GivenUp} features were given up.");
        }
    }
}
