using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Export;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Tests.Loading;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Export;

[Collection(TorchTests.Name)]
public sealed class BundleExporterTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Network = "tiny-conv",
        Tasks = [SyntheticImages.Corner, SyntheticImages.Tint],
        Epochs = 3,
        BatchSize = 16,
        LearningRate = 3e-3,
        Seed = 11,
        Threads = 2,
    };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Export_OfATrainedModel_GivesABundleThatAnswersAsTrainingDid()
    {
        var target = Path.Combine(_folder.FullName, "corners", "1");

        var result = new BundleExporter(_time).Export(Request(Train()), target, TestContext.Current.CancellationToken);

        var bundle = Bundle.Open(target);
        Assert.Equal(bundle.Digest, result.Bundle.Digest);
        Assert.Equal("corners", bundle.Manifest.Name);
        Assert.Equal(20_000L * 24 * 3600 * 1_000_000, bundle.Manifest.CreatedAt);
        Assert.Equal(["f32", "f16", "u8"], bundle.Descriptor.Encodings.Select(encoding => encoding.Name));
        Assert.Equal(256, result.Parity.Frames);
        Assert.InRange(result.Parity.Feature, 0, 1e-4);
        Assert.Equal(0, result.Parity.OtherClass);
        Assert.All(result.WholePath.Tasks, (whole, i) => Assert.InRange(whole.Accuracy.Value, result.Engine.Tasks[i].Accuracy.Value - 0.005, 1));
        Assert.All(result.WholePath.Tasks, whole => Assert.InRange(whole.Accuracy.Value, 0.9, 1));
        Assert.True(GoldenCheck.Run(bundle).Passed);
        Assert.All(bundle.Manifest.Tasks, task =>
        {
            Assert.InRange(task.Field!.TopProbability.Low, 1.0 / task.Classes.Length, 0.95);
            Assert.Equal(task.Classes.Length, task.Field.ClassShares.Length);
            Assert.All(task.Field.ClassShares, share => Assert.True(share.Low < share.High));
        });
        var card = File.ReadAllText(Path.Combine(target, "card.md"));
        Assert.Contains(bundle.Contract.ShortForm, card, StringComparison.Ordinal);
        Assert.Contains("mtlsplit train --out somewhere", card, StringComparison.Ordinal);
        Assert.Equal(["1"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(target)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Export_IntoAFolderThatExists_IsRefusedAndTouchesNothing()
    {
        var target = _folder.CreateSubdirectory("taken").FullName;
        File.WriteAllText(Path.Combine(target, "mine"), "");

        var error = Assert.Throws<ExportException>(() => new BundleExporter(_time).Export(Request(Train()), target, TestContext.Current.CancellationToken));

        Assert.Contains(target, error.Message, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(target).Select(Path.GetFileName));
    }

    [Fact]
    public void Export_ThatIsCancelled_LeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var target = Path.Combine(_folder.FullName, "corners", "1");

        Assert.Throws<OperationCanceledException>(() => new BundleExporter(_time).Export(Request(Train()), target, cancelled.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(target)!));
    }

    [Fact]
    public void Export_WithFewerTestImagesThanParityNeeds_IsRefusedAndLeavesNothing()
    {
        var target = Path.Combine(_folder.FullName, "corners", "1");
        var request = Request(Train()) with { Test = SyntheticImages.Make(BundleExporter.ParityFrames - 1, 4) };

        var error = Assert.Throws<ExportException>(() => new BundleExporter(_time).Export(request, target, TestContext.Current.CancellationToken));

        Assert.StartsWith("255 test images are too few", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void Export_WhoseFilesAnswerOtherwiseThanTheModel_IsRefusedAndLeavesNothing()
    {
        var model = Train();
        var target = Path.Combine(_folder.FullName, "corners", "1");
        var changing = model with { Heads = new ChangingHeads(model.Heads, [.. model.Heads.Select(Negated)]) };

        var error = Assert.Throws<ExportException>(() => new BundleExporter(_time).Export(Request(changing), target, TestContext.Current.CancellationToken));

        Assert.Matches(@"^ONNX Runtime and the training engine differ by .* and in [1-9]\d* answers on 256 frames\.$", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(target)!));
    }

    [Fact]
    public void Parity_OfABundleAndPerturbedWeights_Fails()
    {
        var model = Train();
        var bundle = new BundleExporter(_time).Export(Request(model), Path.Combine(_folder.FullName, "corners", "1"), TestContext.Current.CancellationToken).Bundle;
        var path = BundlePath.Of(bundle);
        var images = SyntheticImages.Make(64, 4);

        Assert.True(ParityCheck.Run(model, path, images, 64).Passed);
        var perturbed = ParityCheck.Run(model with { BackboneWeights = Map(model.BackboneWeights, value => value * 1.01f) }, path, images, 64);

        Assert.False(perturbed.Passed);
        Assert.InRange(perturbed.Feature, ParityReport.FeatureTolerance, double.MaxValue);
        Assert.Contains("65", Assert.Throws<ArgumentException>(() => ParityCheck.Run(model, path, images, 65)).Message, StringComparison.Ordinal);
    }

    private static TrainedHead Negated(TrainedHead head) => head with { Weights = Map(head.Weights, value => -value) };

    private static NetworkWeights Map(NetworkWeights weights, Func<float, float> change)
    {
        var mapped = new NetworkWeights();
        foreach (var name in weights.Names)
        {
            Assert.True(weights.TryGet(name, out var tensor));
            mapped.Add(name, tensor.Shape, tensor.Data.ToArray().Select(change).ToArray());
        }

        return mapped;
    }

    private static TrainedModel Train() =>
        new JointTrainer(Options, SyntheticImages.Make(200, 1), SyntheticImages.Make(60, 2), TimeProvider.System).Run(null, false, null, TestContext.Current.CancellationToken).Best!;

    private static ExportRequest Request(TrainedModel model) => new()
    {
        Model = model,
        Name = "corners",
        ReleaseCounter = 1,
        Calibration = SyntheticImages.Make(100, 3),
        Test = SyntheticImages.Make(300, 4),
        Lineage = new BundleLineage { Data = "synthetic", Command = "mtlsplit train --out somewhere", Code = "test", Seed = 11 },
        Threads = 2,
    };
}
