using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Joint;

[Collection(TorchTests.Name)]
public sealed class BundleModelTests
{
    private static readonly string[] Tasks = ["object_shape", "object_size"];
    private static readonly RenderedShapes3D Data = new(Light.Standard);

    [Fact]
    public void Read_OfTheCommittedBundle_AnswersAsItDoesAndLearnsOn()
    {
        var bundle = Bundle.Open(CommittedBundle.Folder);
        var start = BundleModel.Read(bundle, Tasks);
        var test = Data.Read(Data.Split.Test(3, 200), 2, TestContext.Current.CancellationToken);

        Assert.All(ScoresOf(start), accuracy => Assert.True(accuracy > 0.98, $"{accuracy:P1}"));

        // Two steps from there: fresh weights, or norms with statistics of few frames, would guess.
        var training = Data.Read(Data.Split.Training(3, 64), 2, TestContext.Current.CancellationToken);
        var options = new TrainingOptions { Network = bundle.Descriptor.Network, Start = bundle.Digest, Tasks = Tasks, Epochs = 1, BatchSize = 32, LearningRate = 1e-4, Seed = 1, Threads = 2 };
        var result = new JointTrainer(options, training, test, TimeProvider.System) { Start = start }.Run(null, resume: false, null, TestContext.Current.CancellationToken);
        Assert.All(ScoresOf(result.Best!), accuracy => Assert.True(accuracy > 0.95, $"{accuracy:P1}"));
        Assert.False(start.BackboneWeights.Names.All(name =>
            start.BackboneWeights.TryGet(name, out var before) && result.Best!.BackboneWeights.TryGet(name, out var after) && before.Data.Span.SequenceEqual(after.Data.Span)));

        IEnumerable<double> ScoresOf(TrainedModel model)
        {
            var predictions = ModelPredictor.Predict(model, test, TestContext.Current.CancellationToken);
            return Tasks.Select((task, i) => predictions.Accuracy(i, test.Labels(test.TaskIndex(task))));
        }
    }

    [Fact]
    public void Read_OfATaskThatItHasNot_NamesThoseThatItHas() =>
        Assert.Contains("object_size", Assert.Throws<ArgumentException>(() => BundleModel.Read(Bundle.Open(CommittedBundle.Folder), ["floor_hue"])).Message, StringComparison.Ordinal);
}
