using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Benchmarks.Retraining;

/// <summary>Fills a data folder the way the recorder does: rendered scenes under a light that training never saw, their features and their labels.</summary>
internal static class SampleFolderMaker
{
    private const string Fleet = "bench";
    private const int Vehicles = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly Light Changed = Light.Standard with { Red = 1, Green = 0.55, Blue = 0.25, Intensity = 0.9, Ambient = 0.2 };

    public static void Fill(string folder, Bundle bundle, Shapes3DTask task, int count)
    {
        using var backbone = BackboneSession.Load(bundle.BackbonePath, bundle.Descriptor);
        using var encoder = new FeatureEncoder(bundle.Descriptor, bundle.Descriptor.Encodings.First(e => e.Name == EncodingVariant.UInt8));
        using var import = new SampleImport(folder, Fleet, TimeProvider.System);
        import.Add(bundle.Descriptor);
        var tensor = new byte[encoder.MaxEncodedLength];
        var start = (TimeProvider.System.GetUtcNow() - (count * Interval) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var random = new Random(1);
        for (var n = 0; n < count; n++)
        {
            var scene = random.Next(Shapes3DIndex.Count);
            SceneRenderer.Render(scene, Changed, backbone.Frame);
            var encoded = encoder.Encode(backbone.Run(), tensor);
            var vehicle = $"car-{n % Vehicles}";
            var frame = new FrameId(1, (ulong)n);
            var at = start + (long)(n * Interval.TotalMicroseconds);
            var feature = new FeatureMessage(frame, at, (ulong)n, encoder.Encoding.Id, tensor.AsMemory(0, encoded.Length), Late: false);
            var payload = new byte[feature.GetSize()];
            feature.Write(payload);
            import.Add(DataTopics.Feature(Fleet, vehicle, bundle.Contract), payload);
            var label = new LabelMessage(frame, task.Name, task.Classes[task.LabelOf(Shapes3DIndex.Of(scene))], "bench", at);
            payload = new byte[label.GetSize()];
            label.Write(payload);
            import.Add(DataTopics.Label(Fleet, vehicle, task.Name), payload);
        }
    }
}
