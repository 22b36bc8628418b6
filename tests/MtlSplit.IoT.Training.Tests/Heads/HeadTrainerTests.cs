using System.Runtime.InteropServices;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Heads;
using MtlSplit.IoT.Training.Loading;
using TorchSharp;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Heads;

[Collection(TorchTests.Name)]
public sealed class HeadTrainerTests
{
    private static readonly TaskSpec Task = new("kind", ["a", "b", "c"]);
    private static readonly HeadTrainingOptions Options = new() { BatchSize = 32, Seed = 5, Threads = 2 };

    [Fact]
    public void Train_OnSeparableFeatures_LearnsThem()
    {
        var result = Train(Clusters(600, 1, shift: 0), null, Options);

        Assert.Equal(["0.bias", "0.weight", "3.bias", "3.weight"], result.Head.Weights.Names);
        Assert.True(result.ValidationAccuracy > 0.95, $"{result.ValidationAccuracy}");
        Assert.Equal((510, 90), (result.TrainingSamples, result.ValidationSamples));
        Assert.InRange(result.BestEpoch, 1, result.Epochs);
    }

    [Fact]
    public void Train_FromARunningHead_StartsWhereItLeft()
    {
        var first = Train(Clusters(600, 1, shift: 0), null, Options);
        var options = Options with { MaxEpochs = 1, LearningRate = 1e-12 };

        Assert.True(Train(Clusters(600, 2, shift: 0), first.Head.Weights, options).ValidationAccuracy > 0.95);
        Assert.True(Train(Clusters(600, 2, shift: 0), null, options).ValidationAccuracy < 0.8);
    }

    [Fact]
    public void Train_OnFeaturesThatMoved_FollowsThem()
    {
        var before = Train(Clusters(600, 1, shift: 0), null, Options).Head.Weights;
        var moved = Clusters(600, 2, shift: 3);
        var stale = Train(moved, before, Options with { MaxEpochs = 1, LearningRate = 1e-12 }).ValidationAccuracy;
        var retrained = Train(moved, before, Options).ValidationAccuracy;

        Assert.True(stale < 0.8 && retrained > 0.95, $"{stale} {retrained}");
    }

    [Fact]
    public void Train_WithoutGainOverTheStart_StopsEarlyAndKeepsIt()
    {
        var samples = Clusters(600, 1, shift: 0, noise: 3f);
        var first = Train(samples, null, Options);
        // Steps this large only do harm.
        var result = Train(samples, first.Head.Weights, Options with { LearningRate = 10, Patience = 2 });

        // Two epochs of large steps, two of smaller ones that are still too large.
        Assert.Equal((0, 4), (result.BestEpoch, result.Epochs));
        Assert.Equal(Bytes(first.Head.Weights), Bytes(result.Head.Weights));
    }

    [Fact]
    public void Train_WhoseLargeStepsOnlyHarm_GoesOnFromTheStartWithSmallOnes()
    {
        var samples = Clusters(600, 1, shift: 0, noise: 3f);
        var start = Train(samples, null, Options with { MaxEpochs = 1 }).Head.Weights;
        var result = Train(samples, start, Options with { LearningRate = 0.2, Patience = 2, MaxEpochs = 9 });

        Assert.True(result.BestEpoch > 2, $"best epoch {result.BestEpoch} of {result.Epochs}");
    }

    [Fact]
    public void Train_WithBalancedClasses_FindsTheRareOne()
    {
        // Overlapping classes, one of them in 4 of 100 samples: unweighted training gives it up.
        var samples = Clusters(1500, 3, shift: 0, noise: 3f, rare: 0.04);
        var options = Options with { MaxEpochs = 4 };
        var test = Clusters(600, 4, shift: 0, noise: 3f);

        Assert.True(
            Recall(Train(samples, null, options with { BalanceClasses = true }).Head.Weights, test, 2)
            > Recall(Train(samples, null, options).Head.Weights, test, 2) + 0.2);
    }

    [Fact]
    public void Train_WithTheSameSeed_IsRepeated()
    {
        var samples = Clusters(300, 1, shift: 0);
        var options = Options with { MaxEpochs = 2 };
        var first = Bytes(Train(samples, null, options).Head.Weights);

        Assert.Equal(first, Bytes(Train(samples, null, options).Head.Weights));
        Assert.NotEqual(first, Bytes(Train(samples, null, options with { Seed = 6 }).Head.Weights));
    }

    [Fact]
    public void Train_Repeated_LeavesNoTensorsBehind()
    {
        var samples = Clusters(300, 1, shift: 0);
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;
        Train(samples, null, Options with { MaxEpochs = 3, BalanceClasses = true });

        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Train_FromAnotherTasksHead_NamesTheTensor()
    {
        var weights = Train(Clusters(100, 1, shift: 0), null, Options with { MaxEpochs = 1 }).Head.Weights;
        var other = new HeadSamples(new TaskSpec("other", ["a", "b"]), [4, 2, 2], new float[160], new int[10]);

        Assert.Equal("3.weight", Assert.Throws<WeightsException>(() => Train(other, weights, Options)).Tensor);
    }

    [Fact]
    public void Samples_ThatDoNotFit_AreRefused()
    {
        Assert.Contains("not 15", Assert.Throws<ArgumentException>(() => new HeadSamples(Task, [4, 2, 2], new float[15], [0])).Message);
        Assert.Contains("Label 3 of sample 1", Assert.Throws<ArgumentException>(() => new HeadSamples(Task, [1], new float[2], [0, 3])).Message);
        Assert.Throws<ArgumentException>(() => Train(new HeadSamples(Task, [1], [1], [0]), null, Options));
    }

    private static HeadTrainingResult Train(HeadSamples samples, NetworkWeights? start, HeadTrainingOptions options) =>
        HeadTrainer.Train(samples, start, options, TestContext.Current.CancellationToken);

    // Three clusters in 16 dimensions, moved along an axis that a linear boundary cares about.
    private static HeadSamples Clusters(int count, int seed, float shift, float noise = 1f, double rare = 1 / 3.0)
    {
        var random = new Random(seed);
        var (features, labels) = (new float[count * 16], new int[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.NextDouble() < rare ? 2 : random.Next(2);
            for (var j = 0; j < 16; j++)
            {
                var gauss = Enumerable.Range(0, 4).Sum(_ => random.NextSingle() - 0.5f) * 1.7f;
                features[(i * 16) + j] = (noise * gauss) + (j % 3 == labels[i] ? 2 : 0) + (j % 3 == 0 ? shift : 0);
            }
        }

        return new HeadSamples(Task, [4, 2, 2], features, labels);
    }

    private static double Recall(NetworkWeights weights, HeadSamples samples, int wanted)
    {
        using var network = new MtlSplit.IoT.Training.Networks.TorchNetwork(HeadNetwork.OfPaper("kind", [4, 2, 2], 3).Body);
        network.Load(weights);
        using var scope = torch.NewDisposeScope();
        var classes = network.Forward(torch.tensor(samples.Features, [samples.Count, 16])).argmax(1).data<long>().ToArray();
        int[] those = [.. Enumerable.Range(0, samples.Count).Where(i => samples.Labels[i] == wanted)];
        return those.Count(i => classes[i] == wanted) / (double)those.Length;
    }

    private static byte[] Bytes(NetworkWeights weights) => [.. weights.Names.SelectMany(name =>
    {
        Assert.True(weights.TryGet(name, out var tensor));
        return MemoryMarshal.AsBytes(tensor.Data.Span).ToArray();
    })];
}
