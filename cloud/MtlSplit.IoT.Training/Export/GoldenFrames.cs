using System.Buffers.Binary;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Export;

/// <summary>Writes frames with the answers a bundle gives for them, so that other machines can be checked against this one.</summary>
internal static class GoldenFrames
{
    private const int Native = 3;

    /// <summary>Writes three frames of native size and one that is half as large again, whose answer depends on resampling.</summary>
    public static GoldenFrame[] Write(string folder, BundlePath path, ImageSet images)
    {
        Directory.CreateDirectory(Path.Combine(folder, "golden"));
        var heads = path.Heads.ToDictionary(head => head.Task, head => (head.OnnxPath, head.Classes));
        using var network = new GoldenNetwork(path.Descriptor, path.Backbone, heads);
        var frames = new List<GoldenFrame>();
        for (var i = 0; i <= Native; i++)
        {
            var image = images.Image(i * (images.Count / (Native + 1)));
            frames.Add(i < Native
                ? Write(folder, network, i, image, images.Width, images.Height)
                : Write(folder, network, i, Enlarge(image, images.Width, images.Height), images.Width * 3 / 2, images.Height * 3 / 2));
        }

        return [.. frames];
    }

    private static byte[] Enlarge(ReadOnlySpan<byte> rgb, int width, int height)
    {
        var target = new InputSpec(width * 3 / 2, height * 3 / 2, 3, InputSpec.BilinearHalfPixel);
        var large = new byte[target.Length];
        new FrameResampler(target).Resample(rgb, width, height, large);
        return large;
    }

    private static GoldenFrame Write(string folder, GoldenNetwork network, int number, ReadOnlySpan<byte> rgb, int width, int height)
    {
        var answer = network.Answer(rgb, width, height);
        var (frame, feature) = ($"golden/{number}.rgb", $"golden/{number}.feature");
        File.WriteAllBytes(Path.Combine(folder, frame), rgb.ToArray());
        var bytes = new byte[answer.Feature.Length * sizeof(float)];
        for (var i = 0; i < answer.Feature.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), answer.Feature[i]);
        }

        File.WriteAllBytes(Path.Combine(folder, feature), bytes);
        return new GoldenFrame { Frame = frame, Width = width, Height = height, Feature = feature, Probabilities = answer.Probabilities };
    }
}
