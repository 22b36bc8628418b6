using System.CommandLine;
using System.Diagnostics;
using MtlSplit.IoT.Benchmarks.Bundles;
using MtlSplit.IoT.Benchmarks.Inference;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Broker.Mosquitto;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.HeadConsumer.Running;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Testing.Brokers;

namespace MtlSplit.IoT.Benchmarks.Heads;

/// <summary>The head consumer beside the two layers that it stands on: receiving, and ONNX Runtime, at the batch size that it formed and at its largest.</summary>
internal static class HeadsBenchmark
{
    private static readonly int MaxBatch = new HeadConsumerOptions().MaxBatch;

    public static Command Command()
    {
        var bundle = BenchmarkBundle.Option();
        var task = new Option<string?>("--task") { Description = "The task (default: the bundle's first)." };
        var turns = new Option<int>("--turns") { Description = "Turns of each rival; the median counts.", DefaultValueFactory = _ => 9 };
        var length = new Option<double>("--seconds") { Description = "Length of a turn.", DefaultValueFactory = _ => 0.5 };
        var json = Report.JsonOption();
        var command = new Command("heads", "The head consumer against bare batched ONNX Runtime, a bare socket and our client alone: predictions/s, ratios, bytes per prediction.") { bundle, task, turns, length, json };
        command.SetAction(async (arguments, _) =>
        {
            var opened = BenchmarkBundle.Open(arguments.GetValue(bundle));
            var name = arguments.GetValue(task) ?? opened.Manifest.Tasks[0].Name;
            var run = (Turns: arguments.GetValue(turns), Length: TimeSpan.FromSeconds(arguments.GetValue(length)));
            using var report = new Report("heads", $"{name} of {opened.Manifest.Name} ({opened.Contract.ShortForm})", arguments.GetValue(json), Console.Out);
            report.Table(
                $"per second, median of {run.Turns} turns of {run.Length.TotalSeconds} s",
                Column.Text("broker", 20),
                new("predictions", Width: 11),
                new("raw receive", Width: 11),
                new("ours/raw", "F2", 8),
                new("our client alone", Width: 16),
                new("ours/client", "F2", 11),
                new("mean batch", "F1", 10),
                new("bare at it", "F0", 10),
                new("ours/bare", "F3", 9),
                new($"bare at {MaxBatch}", "F0", 10),
                new($"ours/bare {MaxBatch}", "F3", 12),
                new("bytes/prediction", "F0", 16),
                new("bytes/client", "F0", 12));
            if (MosquittoProcess.FindExecutable() is null)
            {
                report.Note("Mosquitto is left out: it is not installed (apt-get install mosquitto).");
            }
            else
            {
                await using var mosquitto = await MosquittoBroker.StartAsync(CancellationToken.None);
                await RunAsync(opened, name, mosquitto, run, report);
            }

            await using var embedded = await EmbeddedBroker.StartAsync(CancellationToken.None);
            await RunAsync(opened, name, embedded, run, report);
        });
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- heads",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- heads --task object_shape --turns 21 --json");
    }

    private static async Task RunAsync(Bundle bundle, string task, IBrokerUnderTest broker, (int Turns, TimeSpan Length) run, Report report)
    {
        using var batches = new BatchSizes();
        await using var consumer = await ConsumerRival.StartAsync(bundle, task, broker.Port);
        using var receiver = new ReceiveRival(bundle, broker.Port);
        await using var client = await ClientRival.StartAsync(bundle, broker.Port);
        using var bare = new BareHeads(bundle, task);
        var results = await Turns.RunAsync(
            run.Turns,
            () => consumer.RunAsync(run.Length),
            () => receiver.RunAsync(run.Length),
            () => client.RunAsync(run.Length),
            () => Task.FromResult(bare.Run(Math.Max(1, (int)Math.Round(batches.Mean)), run.Length / 4)),
            () => Task.FromResult(bare.Run(MaxBatch, run.Length / 4)));
        var (ours, raw, alone, formed, largest) = (results[0], results[1], results[2], results[3], results[4]);
        report.Row(
            broker.Name,
            ours.PerSecond,
            raw.PerSecond,
            ours.PerSecond / raw.PerSecond,
            alone.PerSecond,
            ours.PerSecond / alone.PerSecond,
            batches.Mean,
            formed.PerSecond,
            ours.PerSecond / formed.PerSecond,
            largest.PerSecond,
            ours.PerSecond / largest.PerSecond,
            ours.BytesEach,
            alone.BytesEach);
    }

    /// <summary>ONNX Runtime alone on one thread, at any batch size.</summary>
    private sealed class BareHeads(Bundle bundle, string task) : IDisposable
    {
        private readonly Dictionary<int, BareSession<float>> _sessions = [];

        public Throughput Run(int batch, TimeSpan length)
        {
            if (!_sessions.TryGetValue(batch, out var session))
            {
                var (feature, head) = (bundle.Descriptor.Feature, bundle.FindTask(task)!);
                session = _sessions[batch] = new BareSession<float>(
                    bundle.PathOf(head.Head), "feature", [batch, .. feature.Shape], "probabilities", [batch, head.Classes.Length], new float[batch * feature.Length]);
                session.RunBound();
            }

            var (began, runs) = (Stopwatch.GetTimestamp(), 0);
            for (; Stopwatch.GetElapsedTime(began) < length; runs++)
            {
                session.RunBound();
            }

            return new Throughput(runs * batch / Stopwatch.GetElapsedTime(began).TotalSeconds, 0);
        }

        public void Dispose()
        {
            foreach (var session in _sessions.Values)
            {
                session.Dispose();
            }
        }
    }
}
