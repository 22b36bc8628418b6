using System.Runtime.InteropServices;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Tests.Loading;
using MtlSplit.IoT.Training.Weights;
using TorchSharp;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Joint;

[Collection(TorchTests.Name)]
public sealed class JointTrainerTests : IDisposable
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

    private readonly ImageSet _training = SyntheticImages.Make(200, 1);
    private readonly ImageSet _validation = SyntheticImages.Make(60, 2);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");

    private string Checkpoint => Path.Combine(_folder.FullName, "checkpoint.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_OnTwoTasks_LearnsBoth()
    {
        var result = Run(Options, null);
        var test = SyntheticImages.Make(100, 3);
        var predictions = ModelPredictor.Predict(result.Best!, test, TestContext.Current.CancellationToken);

        Assert.True(result.Completed);
        Assert.Equal(3, result.History.Count);
        Assert.All([0, 1], task => Assert.True(predictions.Accuracy(task, test.Labels(task)) > 0.95));
        Assert.All([0, 1], task => Assert.True(result.History[^1].TrainingLoss[task] < result.History[0].TrainingLoss[task]));
        Assert.Equal([3e-3, 3e-4, 3e-5], result.History.Select(epoch => epoch.LearningRate), new Near());
    }

    [Fact]
    public void Run_OnOneTask_TrainsOneHead()
    {
        var result = Run(Options with { Tasks = [SyntheticImages.Tint], Epochs = 1 }, null);

        Assert.Equal(SyntheticImages.Tint, Assert.Single(result.Best!.Heads).Task.Name);
        Assert.Single(result.History[0].ValidationAccuracy);
    }

    [Fact]
    public void Run_WithAWeightOfZero_LeavesThatHeadToWeightDecayAlone()
    {
        var options = Options with { TaskWeights = [0, 1], Epochs = 1, WeightDecay = 0 };
        var moved = Run(options, null).Best!;
        var start = Run(options with { LearningRate = 1e-30 }, null).Best!;

        Assert.Equal(Bytes(start, 0), Bytes(moved, 0));
        Assert.NotEqual(Bytes(start, 1), Bytes(moved, 1));
    }

    [Theory]
    [InlineData(LossWeighting.Geometric, null)]
    [InlineData(LossWeighting.Uncertainty, 50.0)]
    public void Run_WithAnotherWeighting_LearnsBothToo(LossWeighting weighting, double? temperature)
    {
        var result = Run(Options with { Weighting = weighting, Temperature = temperature }, null);
        var test = SyntheticImages.Make(100, 3);
        var predictions = ModelPredictor.Predict(result.Best!, test, TestContext.Current.CancellationToken);

        Assert.All([0, 1], task => Assert.True(predictions.Accuracy(task, test.Labels(task)) > 0.9));
    }

    [Fact]
    public void Run_ThatIsToStayCompatible_LetsHeadsInUseReadItsFeatures_AndLeavesThemAsTheyAre()
    {
        var old = Run(Options, null).Best!;
        // Another seed: without a say of the old heads, the new features mean something else to them.
        var fresh = Options with { Seed = 99 };
        var alone = Run(fresh, null).Best!;
        var compatible = Run(fresh with { CompatibleWith = "a", CompatibilityWeight = 1 }, null, heads: old.Heads).Best!;
        var test = SyntheticImages.Make(200, 3);

        Assert.All([0, 1], task =>
        {
            Assert.True(Accuracy(compatible, task) > 0.9, $"{Accuracy(compatible, task)} of the old head of task {task}");
            Assert.True(Accuracy(alone, task) < Accuracy(compatible, task) - 0.1, $"{Accuracy(alone, task)} without");
            Assert.True(ModelPredictor.Predict(compatible, test, TestContext.Current.CancellationToken).Accuracy(task, test.Labels(task)) > 0.9);
        });

        double Accuracy(TrainedModel trained, int task) =>
            ModelPredictor.Predict(old with { BackboneWeights = trained.BackboneWeights }, test, TestContext.Current.CancellationToken).Accuracy(task, test.Labels(task));
    }

    [Fact]
    public void Run_WithAHeadOfOtherClasses_IsRefused()
    {
        var old = Run(Options with { Epochs = 1 }, null).Best!;
        var other = old.Heads[0] with { Task = old.Heads[0].Task with { Classes = [.. old.Heads[0].Task.Classes.Reverse()] } };

        var error = Assert.Throws<ArgumentException>(() => Run(Options with { CompatibleWith = "a", CompatibilityWeight = 1 }, null, heads: [other]));

        Assert.Contains($"The head in use of {SyntheticImages.Corner} has the classes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(29)]
    public void Run_StoppedAndResumed_EndsWithTheSameBits(int stopAfter)
    {
        var options = Options with { ShuffleChannels = true, Augment = ["salt-pepper:0.05", "brightness:0.2"] };
        var unbroken = Run(options, null);

        using var stop = new CancellationTokenSource();
        var steps = 0;
        var stopped = Run(options, new Each(progress => { if (progress.Finished is null && ++steps == stopAfter) { stop.Cancel(); } }), stop);
        Assert.False(stopped.Completed);
        // Whatever the process did in between must not matter.
        torch.rand(100).Dispose();
        var resumed = Run(options, null);

        Assert.True(resumed.Completed);
        Assert.Equal(unbroken.BestEpoch, resumed.BestEpoch);
        Assert.Equal(unbroken.History.SelectMany(Numbers), resumed.History.SelectMany(Numbers));
        Assert.Equal(Bytes(unbroken.Best!), Bytes(resumed.Best!));
    }

    [Fact]
    public void Run_WithTheSameSeed_IsRepeated_AndWithAnotherIsNot()
    {
        var first = Bytes(Run(Options with { Epochs = 1 }, null).Best!);

        Assert.Equal(first, Bytes(Run(Options with { Epochs = 1 }, null).Best!));
        Assert.NotEqual(first, Bytes(Run(Options with { Epochs = 1, Seed = 12 }, null).Best!));
    }

    [Fact]
    public void Run_ThatDiverges_NamesStepAndTask_AndKeepsTheLastGoodCheckpoint()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => Run(Options with { LearningRate = 1e30 }, null, checkpoint: Checkpoint));

        Assert.Equal(1, error.Epoch);
        Assert.InRange(error.Step, 2, 12);
        Assert.Contains(error.Task, Options.Tasks);
        Assert.Contains($"step {error.Step} of epoch 1", error.Message);
        Assert.False(File.Exists(Checkpoint));
    }

    [Fact]
    public void Run_OverManyEpochs_HoldsNoMoreTensorsThanAfterTheFirst()
    {
        var live = new List<long>();
        var statistics = torch.CurrentDisposeScope is null ? DisposeScopeManager.Statistics : throw new InvalidOperationException("A scope is open.");
        var before = statistics.TensorStatistics.ThreadTotalLiveCount;
        Run(Options with { Epochs = 5 }, new Each(progress =>
        {
            if (progress.Finished is not null)
            {
                live.Add(statistics.TensorStatistics.ThreadTotalLiveCount);
            }
        }), checkpoint: Checkpoint);

        Assert.Equal(5, live.Count);
        Assert.True(live[0] > before);
        Assert.All(live, count => Assert.Equal(live[0], count));
        Assert.Equal(before, statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Resume_FromAnotherRunsCheckpoint_SaysWhatDiffers()
    {
        Run(Options with { Epochs = 1 }, null, checkpoint: Checkpoint);

        var rate = Assert.Throws<CheckpointMismatchException>(() => Run(Options with { Epochs = 1, LearningRate = 1 }, null, checkpoint: Checkpoint));
        Assert.Contains("LearningRate is 0.003, not 1", rate.Message);
        _training.Image(0)[0] ^= 1;
        var data = Assert.Throws<CheckpointMismatchException>(() => Run(Options with { Epochs = 1 }, null, checkpoint: Checkpoint));
        Assert.Contains("data differs", data.Message);
    }

    [Fact]
    public void Resume_FromSomethingElse_IsRefusedByName()
    {
        File.WriteAllText(Checkpoint, "not a checkpoint at all");
        Assert.Equal(Checkpoint, Assert.Throws<TensorFileException>(() => Run(Options, null, checkpoint: Checkpoint)).File);

        Run(Options with { Epochs = 1 }, null).Best!.Save(Checkpoint);
        Assert.Contains("not a checkpoint", Assert.Throws<TensorFileException>(() => Run(Options, null, checkpoint: Checkpoint)).Message);
    }

    [Fact]
    public void Model_SavedAndLoaded_IsTheSame()
    {
        var model = Run(Options with { Epochs = 1 }, null).Best!;
        model.Save(Checkpoint);
        var loaded = TrainedModel.Load(Checkpoint);

        Assert.Equal(Bytes(model), Bytes(loaded));
        Assert.Equal(model.Heads.Select(head => string.Join(',', head.Task.Classes)), loaded.Heads.Select(head => string.Join(',', head.Task.Classes)));
        Assert.Equal(model.Backbone, loaded.Backbone);
    }

    [Theory]
    [InlineData("Tasks", 0, 1e-3, 16)]
    [InlineData("LearningRate", 1, double.NaN, 16)]
    [InlineData("LearningRate", 1, 0, 16)]
    [InlineData("BatchSize", 1, 1e-3, 1)]
    public void Options_ThatCannotBe_AreRefusedByName(string name, int tasks, double rate, int batch)
    {
        var options = Options with { Tasks = [.. Options.Tasks.Take(tasks)], LearningRate = rate, BatchSize = batch };
        Assert.Equal(name, Assert.Throws<ArgumentException>(() => new JointTrainer(options, _training, _validation, TimeProvider.System)).ParamName);
    }

    private static IEnumerable<double> Numbers(EpochRecord record) =>
        [record.Epoch, record.LearningRate, .. record.TrainingLoss, .. record.ValidationLoss, .. record.ValidationAccuracy];

    private static byte[] Bytes(TrainedModel model, int? head = null)
    {
        var networks = head is { } one ? [model.Heads[one].Weights] : model.Heads.Select(h => h.Weights).Prepend(model.BackboneWeights);
        var bytes = new List<byte>();
        foreach (var weights in networks)
        {
            foreach (var name in weights.Names)
            {
                Assert.True(weights.TryGet(name, out var tensor));
                bytes.AddRange(MemoryMarshal.AsBytes(tensor.Data.Span));
            }
        }

        return [.. bytes];
    }

    private TrainingResult Run(TrainingOptions options, Each? progress, CancellationTokenSource? stop = null, string? checkpoint = null, IReadOnlyList<TrainedHead>? heads = null) =>
        new JointTrainer(options, _training, _validation, TimeProvider.System) { StepsPerCheckpoint = 5, CompatibleHeads = heads ?? [] }.Run(checkpoint ?? Default(options, stop), resume: true, progress, stop?.Token ?? TestContext.Current.CancellationToken);

    // Runs that can be stopped and the ones that go on from them share the checkpoint; the others need none.
    private string? Default(TrainingOptions options, CancellationTokenSource? stop) => options.ShuffleChannels && (stop is not null || File.Exists(Checkpoint)) ? Checkpoint : null;

    private sealed class Each(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-9;

        public int GetHashCode(double obj) => 0;
    }
}
