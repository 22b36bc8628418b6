using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Inference.Tests.Bundles;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Golden;

public sealed class GoldenCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Run_WhereTheBundleWasMade_PassesWithNoDeviation()
    {
        var report = GoldenCheck.Run(TestBundle.Write(_folder));

        Assert.True(report.Passed);
        Assert.Equal(["golden/0.rgb", "golden/1.rgb"], report.Frames.Select(frame => frame.Frame));
        Assert.All(report.Frames, frame => Assert.Equal((0.0, 0.0), (frame.Feature, frame.Probability)));
    }

    [Theory]
    [InlineData(0.5e-4f, true)]
    [InlineData(2e-4f, false)]
    public void Run_WithAFeatureThatIsOff_PassesOnlyWithinTheTolerance(float share, bool passes)
    {
        var bundle = TestBundle.Write(_folder, answer =>
        {
            var feature = answer.Feature.ToArray();
            feature[7] += share * (feature.Max() - feature.Min());
            return answer with { Feature = feature };
        });

        var report = GoldenCheck.Run(bundle);

        Assert.Equal(passes, report.Passed);
        Assert.All(report.Frames, frame => Assert.InRange(frame.Feature, share * 0.9, share * 1.1));
        Assert.Equal(passes, report.Frames[0].Fault is null);
    }

    [Fact]
    public void Run_WithAFeatureThatIsNotANumber_Fails() =>
        Assert.False(GoldenCheck.Run(TestBundle.Write(_folder, answer => answer with { Feature = [float.NaN, .. answer.Feature.Skip(1)] })).Passed);

    [Fact]
    public void Run_WithAFeatureOfAnotherLength_SaysSo() =>
        Assert.Contains(
            "holds 59 values, the contract says 60",
            GoldenCheck.Run(TestBundle.Write(_folder, answer => answer with { Feature = [.. answer.Feature.Skip(1)] })).Frames[0].Fault,
            StringComparison.Ordinal);

    [Fact]
    public void Run_WithAnotherClassOnTop_NamesTheTask()
    {
        var report = GoldenCheck.Run(TestBundle.Write(_folder, answer => With(answer, Turn(answer.Probabilities[TestBundle.Task]))));

        Assert.False(report.Passed);
        Assert.All(report.Frames, frame => Assert.Equal([TestBundle.Task], frame.Tasks));
    }

    [Fact]
    public void Run_WithAProbabilityThatIsOff_Fails()
    {
        var report = GoldenCheck.Run(TestBundle.Write(_folder, answer =>
        {
            var probabilities = answer.Probabilities[TestBundle.Task];
            return With(answer, [.. probabilities.Select(value => value + (value == probabilities.Max() ? 0.02f : 0))]);
        }));

        Assert.All(report.Frames, frame => Assert.Contains("a probability is off by 0.02", frame.Fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WithoutGoldenProbabilitiesOfATask_SaysSo() =>
        Assert.Contains(
            "task 'shape'",
            GoldenCheck.Run(TestBundle.Write(_folder, answer => answer with { Probabilities = [] })).Frames[0].Fault,
            StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private static GoldenAnswer With(GoldenAnswer answer, float[] probabilities) =>
        answer with { Probabilities = new SortedDictionary<string, float[]> { [TestBundle.Task] = probabilities } };

    private static float[] Turn(float[] values) => [.. values.Skip(1), values[0]];
}
