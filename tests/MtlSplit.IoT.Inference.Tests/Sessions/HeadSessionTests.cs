using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Inference.Tests.Bundles;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Sessions;

public sealed class HeadSessionTests : IDisposable
{
    private const int Length = 60;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Run_OfABatch_GivesWhatSingleRunsGive()
    {
        using var session = Load(maxBatch: 5);
        var singles = new List<float[]>();
        for (var row = 0; row < 5; row++)
        {
            Fill(session.FeatureAt(0), row);
            session.Run(1);
            singles.Add(session.ProbabilitiesAt(0).ToArray());
        }

        for (var row = 0; row < 5; row++)
        {
            Fill(session.FeatureAt(row), row);
        }

        session.Run(5);

        for (var row = 0; row < 5; row++)
        {
            var probabilities = session.ProbabilitiesAt(row).ToArray();
            Assert.Equal(1, probabilities.Sum(), 1e-5f);
            Assert.All(probabilities.Zip(singles[row]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        }

        Assert.NotEqual(singles[0], singles[1]);
    }

    [Fact]
    public void Run_OnceWarm_AllocatesNothingAtAnyBatchSize()
    {
        using var session = Load(maxBatch: 16);
        session.Warm();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            session.FeatureAt(i % 16)[0] = i;
            session.Run((i % 16) + 1);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Run_OutsideTheBatchSizes_IsRefused(int batch)
    {
        using var session = Load(maxBatch: 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => session.Run(batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.FeatureAt(4).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.ProbabilitiesAt(-1).Length);
    }

    [Fact]
    public void Load_ForAnotherFeatureLength_NamesBoth()
    {
        var path = _folder.Write("head.onnx", TestModels.HeadFile());

        var exception = Assert.Throws<InferenceModelException>(() => HeadSession.Load(path, 2304, TestModels.Classes, 1));

        Assert.Equal(("feature", "2304 values long", "60 values long"), (exception.Tensor, exception.Expected, exception.Found));
    }

    [Fact]
    public void Load_ForOtherClasses_NamesBoth()
    {
        var path = _folder.Write("head.onnx", TestModels.HeadFile());

        var exception = Assert.Throws<InferenceModelException>(() => HeadSession.Load(path, Length, 8, 1));

        Assert.Equal(("probabilities", "Float [N, 8]", "Float [N, 4]"), (exception.Tensor, exception.Expected, exception.Found));
    }

    [Fact]
    public void Load_OfABackbone_IsRefused()
    {
        var path = _folder.Write("backbone.onnx", TestModels.BackboneFile());

        Assert.Throws<InferenceModelException>(() => HeadSession.Load(path, Length, TestModels.Classes, 1));
    }

    [Fact]
    public async Task Run_OfTwoSessionsOnTwoThreads_KeepsThemApart()
    {
        var path = _folder.Write("head.onnx", TestModels.HeadFile());
        float[] Answer(int seed)
        {
            using var session = HeadSession.Load(path, Length, TestModels.Classes, 3);
            Fill(session.FeatureAt(2), seed);
            for (var i = 0; i < 500; i++)
            {
                session.Run(3);
            }

            return session.ProbabilitiesAt(2).ToArray();
        }

        var together = await Task.WhenAll(Task.Run(() => Answer(1)), Task.Run(() => Answer(2)));

        Assert.Equal(Answer(1), together[0]);
        Assert.Equal(Answer(2), together[1]);
    }

    public void Dispose() => _folder.Dispose();

    private static void Fill(Span<float> feature, int seed)
    {
        var random = new Random(seed);
        foreach (ref var value in feature)
        {
            value = random.NextSingle();
        }
    }

    private HeadSession Load(int maxBatch) =>
        HeadSession.Load(_folder.Write("head.onnx", TestModels.HeadFile()), Length, TestModels.Classes, maxBatch);
}
