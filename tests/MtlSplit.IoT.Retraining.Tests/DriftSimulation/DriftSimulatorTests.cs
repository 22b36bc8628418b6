using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Retraining.DriftSimulation;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.DriftSimulation;

/// <summary>Fleets that see frames drawn from a formula instead of rendered ones.</summary>
public sealed class DriftSimulatorTests
{
    private const int Frames = 500;

    private static readonly SimulationOptions Options = new() { Months = 4, Trials = 3, CheckEvery = TimeSpan.FromHours(12), Budget = 1 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(120)]
    public void QuietMonths_StayWithinTheBudget_WhetherFramesAreIndependentOrNot(int sceneSeconds)
    {
        var quiet = Simulator(Options).Quiet(TimeSpan.FromSeconds(sceneSeconds), Ct);

        Assert.Equal(4 * 60 * 2, quiet.Checks);
        // Four are expected at most; ten or more would come in one of a hundred such runs.
        Assert.InRange(quiet.FalseAlarms, 0, 9);
        Assert.True(quiet.Low <= quiet.PerMonth && quiet.PerMonth <= quiet.High, $"{quiet}");
    }

    [Fact]
    public void Drift_IsFound_AndTheReportDoesNotDependOnThreads()
    {
        var one = Simulator(Options).Delay("brighter", World(2), null, TimeSpan.FromSeconds(30), Ct);
        var two = Simulator(Options with { Threads = 2 }).Delay("brighter", World(2), null, TimeSpan.FromSeconds(30), Ct);

        Assert.Equal(one, two);
        var delay = Assert.Single(one);
        Assert.Equal((3, 1.0), (delay.Detected, delay.AccuracyBefore));
        Assert.InRange(delay.MedianHours!.Value, 0, 24);
    }

    [Fact]
    public void NothingNew_IsNotFound() =>
        Assert.Equal(0, Assert.Single(Simulator(Options).Delay("nothing", World(0), null, TimeSpan.FromSeconds(30), Ct)).Detected);

    [Theory]
    [InlineData(0, 0, 3.689)]
    [InlineData(10, 4.795, 18.39)]
    public void PoissonInterval_IsGarwoods(int count, double low, double high)
    {
        var interval = Poisson.Interval(count);

        Assert.Equal((low, high), (Math.Round(interval.Low, 3), Math.Round(interval.High, high > 10 ? 2 : 3)));
    }

    private static DriftSimulator Simulator(SimulationOptions options) => new(ContractId.Of([1]), ["task"], World(0), options, _ => { });

    // Two classes; a shift makes the first of them less sure.
    private static SeenFrames World(float shift)
    {
        var random = new Random(5);
        var labels = new int[Frames];
        float[][] features = new float[Frames][], probabilities = new float[Frames][];
        for (var i = 0; i < Frames; i++)
        {
            labels[i] = i % 2;
            features[i] = [labels[i] + shift + (random.NextSingle() * 0.2f), random.NextSingle()];
            var second = 1 / (1 + Math.Exp(-10 * (labels[i] - 0.5 + (0.15 * shift) + (0.2 * random.NextDouble()))));
            probabilities[i] = [(float)(1 - second), (float)second];
        }

        return new SeenFrames("clean", features, [probabilities], [labels]);
    }
}
