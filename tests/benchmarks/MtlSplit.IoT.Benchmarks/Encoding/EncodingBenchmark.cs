using System.CommandLine;
using MtlSplit.IoT.Benchmarks.Bundles;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Benchmarks.Encoding;

/// <summary>Every encoding of a bundle on the features of rendered test scenes: size, speed, and what decoding costs.</summary>
internal static class EncodingBenchmark
{
    private const int Scenes = 500;
    private static readonly int[] Levels = [1, 3, 9, 19];

    public static Command Command()
    {
        var bundle = BenchmarkBundle.Option();
        var json = Report.JsonOption();
        var command = new Command("encoding", "Encoders and decoders of features: bytes per feature, MB/s of float32 in or out, bytes allocated.") { bundle, json };
        command.SetAction(arguments => Run(BenchmarkBundle.Open(arguments.GetValue(bundle)), arguments.GetValue(json), Console.Out));
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- encoding",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- encoding --bundle models/NAME/VERSION --json");
    }

    private static void Run(Bundle bundle, bool json, TextWriter output)
    {
        var features = Features(bundle);
        var raw = bundle.Descriptor.Feature.Length * sizeof(float);
        using var report = new Report("encoding", $"{bundle.Manifest.Name} ({bundle.Contract.ShortForm})", json, output);
        report.Table(
            $"{features.Count} features of {raw} B, frames of {bundle.Descriptor.Input.Length} B; MB/s of float32",
            Column.Text("encoding", 9),
            new("level", Width: 5),
            new("bytes/feature", Width: 13),
            new("of raw", "P1", 8),
            new("saturated", "P3", 9),
            new("encode us", "F1", 9),
            new("encode MB/s", Width: 11),
            new("decode us", "F1", 9),
            new("decode MB/s", Width: 11),
            new("bytes/call", Width: 10));
        foreach (var encoding in bundle.Descriptor.Encodings)
        {
            foreach (var level in Levels)
            {
                Measure(bundle.Descriptor, encoding, level, features, raw, report);
            }
        }
    }

    private static void Measure(FeatureDescriptor descriptor, EncodingVariant encoding, int level, List<float[]> features, int raw, Report report)
    {
        using var encoder = new FeatureEncoder(descriptor, encoding, level);
        using var decoder = new FeatureDecoder(descriptor);
        var buffer = new byte[encoder.MaxEncodedLength];
        var decoded = new float[descriptor.Feature.Length];
        var tensors = new List<byte[]>();
        long saturated = 0;
        foreach (var feature in features)
        {
            var encoded = encoder.Encode(feature, buffer);
            saturated += encoded.Saturated;
            tensors.Add(buffer.AsSpan(0, encoded.Length).ToArray());
        }

        var (next, last) = (0, 0);
        var timings = Rounds.Run(
            () => encoder.Encode(features[next++ % features.Count], buffer),
            () =>
            {
                var fault = decoder.TryDecode(encoding.Id, tensors[last++ % tensors.Count], decoded);
                if (fault != DecodeFault.None)
                {
                    throw new InvalidOperationException($"A feature that was just encoded does not decode: {fault}.");
                }
            });
        var bytes = tensors.Average(tensor => tensor.Length);
        report.Row(
            encoding.Name,
            level,
            bytes,
            bytes / raw,
            saturated / (double)(features.Count * decoded.Length),
            timings[0].Microseconds,
            raw / timings[0].Microseconds,
            timings[1].Microseconds,
            raw / timings[1].Microseconds,
            timings[0].BytesPerCall + timings[1].BytesPerCall);
    }

    private static List<float[]> Features(Bundle bundle)
    {
        using var backbone = BackboneSession.Load(bundle.BackbonePath, bundle.Descriptor);
        var features = new List<float[]>();
        for (var scene = 0; scene < Scenes; scene++)
        {
            SceneRenderer.Render(Shapes3DSplit.TestIndex(scene * 239), Light.Standard, backbone.Frame);
            features.Add(backbone.Run().ToArray());
        }

        return features;
    }
}
