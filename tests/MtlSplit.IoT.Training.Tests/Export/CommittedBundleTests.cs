using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Export;

/// <summary>The bundle in the repository is what its card says.</summary>
public sealed class CommittedBundleTests
{
    private const long MostBytes = 12_000_000;
    private const int Samples = 2_000;

    private readonly Bundle _bundle = Bundle.Open(CommittedBundle.Folder);

    [Fact]
    public void It_is_small_and_its_golden_frames_hold_here()
    {
        Assert.InRange(_bundle.Manifest.Files.Sum(file => file.Bytes), 1, MostBytes);
        Assert.True(GoldenCheck.Run(_bundle).Passed);
        Assert.Contains(_bundle.Manifest.Golden, golden => (golden.Width, golden.Height) != (_bundle.Descriptor.Input.Width, _bundle.Descriptor.Input.Height));
    }

    [Theory]
    [InlineData(EncodingVariant.Float32)]
    [InlineData(EncodingVariant.Float16)]
    [InlineData(EncodingVariant.UInt8)]
    public void Unseen_pairs_of_hues_are_answered_through_the_whole_path_as_the_card_says(string encoding)
    {
        var data = new RenderedShapes3D(Light.Standard);
        var images = data.Read(data.Split.Test(seed: 77, Samples), threads: 2, TestContext.Current.CancellationToken);

        var answers = BundlePredictor.Predict(BundlePath.Of(_bundle), encoding, images, workers: 2, TestContext.Current.CancellationToken);

        string[] tasks = [.. _bundle.Manifest.Tasks.Select(task => task.Name)];
        Assert.Equal(["object_size", "object_shape"], tasks);
        foreach (var score in TaskScore.OfAll(answers.Predictions, tasks, images))
        {
            var engine = _bundle.FindTask(score.Task)!.Metrics["engine_accuracy"];
            Assert.InRange(score.Accuracy.Value, 0.97, 1);
            Assert.InRange(score.Accuracy.Value, engine - 0.005, 1);
        }
    }
}
