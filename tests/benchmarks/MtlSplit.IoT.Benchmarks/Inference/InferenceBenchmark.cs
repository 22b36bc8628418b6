using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using MtlSplit.IoT.Benchmarks.Bundles;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Benchmarks.Inference;

/// <summary>
/// Our sessions against ONNX Runtime without them: its fastest way (prepared values, I/O binding) and the way its examples
/// show (<see cref="NamedOnnxValue"/>), one thread each, in one run.
/// </summary>
internal static class InferenceBenchmark
{
    private static readonly int[] Batches = [1, 2, 4, 8, 16, 32, 64];

    public static Command Command()
    {
        var bundle = BenchmarkBundle.Option();
        var json = Report.JsonOption();
        var command = new Command("inference", "Backbone and head sessions against bare ONNX Runtime: time, ratio, bytes per call.") { bundle, json };
        command.SetAction(arguments => Run(BenchmarkBundle.Open(arguments.GetValue(bundle)), arguments.GetValue(json), Console.Out));
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- inference",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- inference --bundle models/NAME/VERSION --json");
    }

    private static void Run(Bundle bundle, bool json, TextWriter output)
    {
        using var report = new Report("inference", $"{bundle.Manifest.Name} ({bundle.Contract.ShortForm})", json, output);
        report.Table(
            "one thread",
            Column.Text("model", 24),
            new("batch", Width: 5),
            new("ours us", "F1", 9),
            new("bare us", "F1", 9),
            new("ours/bare", "F2", 9),
            new("named us", "F1", 9),
            new("per second", Width: 10),
            new("bytes/call ours", Width: 15),
            new("bare", Width: 4),
            new("named", Width: 5));
        MeasureBackbone(bundle, report);
        foreach (var task in bundle.Manifest.Tasks)
        {
            foreach (var batch in Batches)
            {
                MeasureHead(bundle, task, batch, report);
            }
        }
    }

    private static void MeasureBackbone(Bundle bundle, Report report)
    {
        var (input, feature) = (bundle.Descriptor.Input, bundle.Descriptor.Feature);
        using var ours = BackboneSession.Load(bundle.BackbonePath, bundle.Descriptor);
        new Random(1).NextBytes(ours.Frame);
        using var bare = new BareSession<byte>(
            bundle.BackbonePath,
            "frame",
            [1, input.Height, input.Width, input.Channels],
            "feature",
            [1, .. feature.Shape],
            ours.Frame);
        Write(report, "backbone", 1, Rounds.Run(() => ours.Run(), bare.RunBound, bare.RunNamed));
    }

    private static void MeasureHead(Bundle bundle, BundleTask task, int batch, Report report)
    {
        var feature = bundle.Descriptor.Feature;
        using var ours = HeadSession.Load(bundle.PathOf(task.Head), feature.Length, task.Classes.Length, batch);
        var random = new Random(1);
        var features = new float[batch * feature.Length];
        foreach (ref var value in features.AsSpan())
        {
            value = random.NextSingle();
        }

        for (var row = 0; row < batch; row++)
        {
            features.AsSpan(row * feature.Length, feature.Length).CopyTo(ours.FeatureAt(row));
        }

        using var bare = new BareSession<float>(
            bundle.PathOf(task.Head),
            "feature",
            [batch, .. feature.Shape],
            "probabilities",
            [batch, task.Classes.Length],
            features);
        Write(report, task.Name, batch, Rounds.Run(() => ours.Run(batch), bare.RunBound, bare.RunNamed));
    }

    private static void Write(Report report, string model, int batch, CallCost[] rivals)
    {
        var (ours, bare, named) = (rivals[0], rivals[1], rivals[2]);
        report.Row(
            model,
            batch,
            ours.Microseconds,
            bare.Microseconds,
            bare.Microseconds / ours.Microseconds,
            named.Microseconds,
            batch * 1e6 / ours.Microseconds,
            ours.BytesPerCall,
            bare.BytesPerCall,
            named.BytesPerCall);
    }
}
