using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Native;
using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>Runs a trained model over a set of images in the training engine, in 32-bit floating point.</summary>
public static class ModelPredictor
{
    private const int BatchSize = 256;

    /// <summary>Predicts every task of a model for every image.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images; must know the model's tasks.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ArgumentException">The images do not know one of the tasks.</exception>
    public static Predictions Predict(TrainedModel model, ImageSet images, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        TorchRuntime.EnsureLoaded();
        using var joint = new JointModel(model);
        return Predict(joint, images, cancellation);
    }

    internal static Predictions Predict(JointModel model, ImageSet images, CancellationToken cancellation = default)
    {
        int[] columns = [.. model.Tasks.Select(task => images.TaskIndex(task.Name))];
        var loader = new BatchLoader(images, columns);
        var classes = columns.Select(_ => new int[images.Count]).ToArray();
        var losses = new double[columns.Length];
        using var frozen = no_grad();
        for (var from = 0; from < images.Count; from += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int[] samples = [.. Enumerable.Range(from, Math.Min(BatchSize, images.Count - from))];
            var (pixels, labels) = loader.Load(samples);
            var feature = model.Feature(pixels);
            for (var task = 0; task < columns.Length; task++)
            {
                var logits = model.Logits(task, feature);
                losses[task] += nn.functional.cross_entropy(logits, labels[task]).item<float>() * samples.Length;
                var best = logits.argmax(1).data<long>().ToArray();
                for (var i = 0; i < best.Length; i++)
                {
                    classes[task][from + i] = (int)best[i];
                }
            }
        }

        return new Predictions(classes, Array.ConvertAll(losses, loss => loss / images.Count));
    }
}
