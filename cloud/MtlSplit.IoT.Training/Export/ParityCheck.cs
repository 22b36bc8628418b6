using System.Numerics.Tensors;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Native;
using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Export;

/// <summary>Compares exported ONNX files with the networks they were made from.</summary>
public static class ParityCheck
{
    private const int Batch = 64;

    /// <summary>Runs frames through both, from bytes to probabilities, nothing encoded in between.</summary>
    /// <param name="model">The trained networks.</param>
    /// <param name="path">The exported files; the same tasks in the same order.</param>
    /// <param name="images">The frames.</param>
    /// <param name="frames">How many of them.</param>
    /// <exception cref="InferenceModelException">A file cannot be run.</exception>
    /// <exception cref="ArgumentException">There are fewer frames than asked for, or none is asked for.</exception>
    public static ParityReport Run(TrainedModel model, BundlePath path, ImageSet images, int frames)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        if (images.Count < frames)
        {
            throw new ArgumentException($"{frames} frames are to be compared, and there are {images.Count}.", nameof(images));
        }

        TorchRuntime.EnsureLoaded();
        using var joint = new JointModel(model);
        using var backbone = BackboneSession.Load(path.Backbone, path.Descriptor);
        var heads = path.Heads.Select(head => HeadSession.Load(head.OnnxPath, path.Descriptor.Feature.Length, head.Classes, 1)).ToArray();
        try
        {
            return Compare(joint, backbone, heads, images, frames, path.Descriptor.Feature.Length);
        }
        finally
        {
            foreach (var head in heads)
            {
                head.Dispose();
            }
        }
    }

    private static ParityReport Compare(JointModel joint, BackboneSession backbone, HeadSession[] heads, ImageSet images, int frames, int length)
    {
        var loader = new BatchLoader(images, []);
        var difference = new float[length];
        var (furthest, low, high, probability, others) = (0f, float.PositiveInfinity, float.NegativeInfinity, 0f, 0);
        using var frozen = no_grad();
        for (var from = 0; from < frames; from += Batch)
        {
            using var scope = NewDisposeScope();
            int[] samples = [.. Enumerable.Range(from, Math.Min(Batch, frames - from))];
            var feature = joint.Feature(loader.Load(samples).Images).contiguous();
            var expected = feature.data<float>().ToArray();
            var wanted = heads.Select((_, task) => nn.functional.softmax(joint.Logits(task, feature), 1).data<float>().ToArray()).ToArray();
            for (var row = 0; row < samples.Length; row++)
            {
                images.Image(samples[row]).CopyTo(backbone.Frame);
                var found = backbone.Run();
                var mine = expected.AsSpan(row * length, length);
                low = Math.Min(low, TensorPrimitives.Min<float>(mine));
                high = Math.Max(high, TensorPrimitives.Max<float>(mine));
                TensorPrimitives.Subtract(mine, found, difference);
                furthest = Math.Max(furthest, Math.Abs(TensorPrimitives.MaxMagnitude<float>(difference)));
                for (var head = 0; head < heads.Length; head++)
                {
                    found.CopyTo(heads[head].FeatureAt(0));
                    heads[head].Run(1);
                    var theirs = heads[head].ProbabilitiesAt(0);
                    var ours = wanted[head].AsSpan(row * theirs.Length, theirs.Length);
                    others += TensorPrimitives.IndexOfMax(theirs) == TensorPrimitives.IndexOfMax<float>(ours) ? 0 : 1;
                    for (var c = 0; c < theirs.Length; c++)
                    {
                        probability = Math.Max(probability, Math.Abs(theirs[c] - ours[c]));
                    }
                }
            }
        }

        return new ParityReport(frames, furthest / Math.Max(high - low, float.Epsilon), probability, others);
    }
}
