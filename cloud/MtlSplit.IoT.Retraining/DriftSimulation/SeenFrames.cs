using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.DriftSimulation;

/// <summary>Frames under one condition as a bundle's backbone and heads see them: what simulated vehicles draw from.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="Features">Pooled, one a frame.</param>
/// <param name="Probabilities">By task, then frame.</param>
/// <param name="Labels">The truth, by task, then frame.</param>
internal sealed record SeenFrames(string Condition, float[][] Features, float[][][] Probabilities, int[][] Labels)
{
    /// <summary>How many frames.</summary>
    public int Count => Features.Length;

    /// <summary>Runs the bundle over images.</summary>
    /// <param name="condition">Their name.</param>
    /// <param name="path">The bundle's files.</param>
    /// <param name="images">The images.</param>
    /// <param name="stop">Stops between images.</param>
    public static SeenFrames Of(string condition, BundlePath path, ImageSet images, CancellationToken stop)
    {
        var channels = path.Descriptor.Feature.Shape[0];
        using var backbone = BackboneSession.Load(path.Backbone, path.Descriptor);
        var heads = path.Heads.Select(head => HeadSession.Load(head.OnnxPath, path.Descriptor.Feature.Length, head.Classes, 1)).ToArray();
        try
        {
            var features = new float[images.Count][];
            var probabilities = heads.Select(_ => new float[images.Count][]).ToArray();
            for (var i = 0; i < images.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                images.Image(i).CopyTo(backbone.Frame);
                var feature = backbone.Run();
                features[i] = PooledFeature.Of(feature, channels);
                for (var task = 0; task < heads.Length; task++)
                {
                    feature.CopyTo(heads[task].FeatureAt(0));
                    heads[task].Run(1);
                    probabilities[task][i] = heads[task].ProbabilitiesAt(0).ToArray();
                }
            }

            return new SeenFrames(condition, features, probabilities, [.. path.Heads.Select(head => images.Labels(images.TaskIndex(head.Task)).ToArray())]);
        }
        finally
        {
            Array.ForEach(heads, head => head.Dispose());
        }
    }
}
