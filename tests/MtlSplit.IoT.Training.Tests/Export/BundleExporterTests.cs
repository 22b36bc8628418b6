using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Inference.Golden;
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
