using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>A head in use, on the features that it was made for and on those of a new network.</summary>
/// <param name="Task">Its task.</param>
/// <param name="OnOwnFeatures">Its accuracy on the features that it was made for.</param>
/// <param name="OnNewFeatures">Its accuracy on the new network's.</param>
/// <param name="LossOnNewFeatures">Its mean cross-entropy there, in nats.</param>
internal sealed record CompatibilityScore(string Task, double OnOwnFeatures, double OnNewFeatures, double LossOnNewFeatures)
{
    /// <summary>Measures heads.</summary>
    /// <param name="inUse">The heads, with the network that they were made for.</param>
    /// <param name="trained">The new network.</param>
    /// <param name="test">Images that neither was trained on.</param>
    /// <param name="stop">Stops between batches.</param>
    public static IReadOnlyList<CompatibilityScore> Measure(TrainedModel inUse, TrainedModel trained, ImageSet test, CancellationToken stop)
    {
        var own = ModelPredictor.Predict(inUse, test, stop);
        var mixed = ModelPredictor.Predict(inUse with { Backbone = trained.Backbone, BackboneWeights = trained.BackboneWeights }, test, stop);
        return
        [
            .. inUse.Heads.Select((head, i) =>
            {
                var labels = test.Labels(test.TaskIndex(head.Task.Name));
                return new CompatibilityScore(head.Task.Name, own.Accuracy(i, labels), mixed.Accuracy(i, labels), mixed.MeanLoss[i]);
            }),
        ];
    }
}
