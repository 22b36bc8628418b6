using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using MtlSplit.IoT.Benchmarks.Bundles;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;
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
        var command = new Command("inference", "Backbone and head sessions against bare ONNX Runtime: time, ratio, bytes per call.") { bundle };
        command.SetAction(arguments => Run(BenchmarkBundle.Open(arguments.GetValue(bundle)), Console.Out));
        return command;
    }

    private static void Run(Bundle bundle, TextWriter output)
    {
        output.WriteLine($"inference with {bundle.Manifest.Name} ({bundle.Contract.ShortForm}), one thread");
        output.WriteLine("model                    batch    ours us   bare us   ours/bare   named us   per second   bytes/call ours bare named");
        MeasureBackbone(bundle, output);
        foreach (var task in bundle.Manifest.Tasks)
        {
            foreach (var batch in Batches)
            {
                MeasureHead(bundle, task, batch, output);
            }
        }
    }

    private static void MeasureBackbone(Bundle bundle, TextWriter output)
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
        Write(output, "backbone", 1, Rounds.Run(() => ours.Run(), bare.RunBound, bare.RunNamed));
    }

    private static void MeasureHead(Bundle bundle, BundleTask task, int batch, TextWriter output)
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
        Write(output, task.Name, batch, Rounds.Run(() => ours.Run(batch), bare.RunBound, bare.RunNamed));
    }

    private static void Write(TextWriter output, string model, int batch, CallCost[] rivals)
    {
        var (ours, bare, named) = (rivals[0], rivals[1], rivals[2]);
        output.WriteLine(
            $"{model,-24} {batch,5} {ours.Microseconds,10:F1} {bare.Microseconds,9:F1} {bare.Microseconds / ours.Microseconds,11:F2} {named.Microseconds,10:F1} "
            + $"{batch * 1e6 / ours.Microseconds,12:F0} {ours.BytesPerCall,15:F0} {bare.BytesPerCall,4:F0} {named.BytesPerCall,5:F0}");
    }
}
