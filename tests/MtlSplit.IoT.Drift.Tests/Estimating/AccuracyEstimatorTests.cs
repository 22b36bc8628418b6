using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Drift.Estimating;
using MtlSplit.IoT.Drift.Observing;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Estimating;

public sealed class AccuracyEstimatorTests
{
    [Fact]
    public void AHeadThatIsAsRightAsItIsSure_IsEstimatedRightly_WhereItIsLessSureToo()
    {
        var random = new Random(1);
        var labelled = Draw(4000, 4);
        var estimator = AccuracyEstimator.Fit(labelled);
        var dark = Draw(4000, 1);

        Assert.Equal(Share(labelled), estimator.MeasuredAccuracy, 6);
        Assert.Equal(Share(labelled), estimator.Estimate([.. labelled.Select(l => l.Observation)]), 0.001);
        Assert.InRange(estimator.Estimate([.. dark.Select(l => l.Observation)]), Share(dark) - 0.15, Share(dark) + 0.15);
        Assert.True(estimator.Estimate([.. dark.Select(l => l.Observation)]) < estimator.MeasuredAccuracy - 0.15);

        // Right as often as it is sure: 90 % on average with the power 4, 75 % with 1.
        List<(Observation Observation, bool Right)> Draw(int n, double power) =>
        [
            .. Enumerable.Range(0, n).Select(i =>
            {
                var top = (float)(1 - (0.5 * Math.Pow(random.NextDouble(), power)));
                return (new Observation(new FrameId(1, (ulong)i), "car-1", i, [top, 1 - top], [0]), random.NextDouble() < top);
            }),
        ];
    }

    [Fact]
    public void WhereNothingWasWrong_WhoIsLessSureThanAllOfThem_CountsAsWrong()
    {
        var estimator = AccuracyEstimator.Fit([(Sure(0.9f), true), (Sure(0.95f), true)]);

        Assert.Equal(0.5, estimator.Estimate([Sure(0.92f), Sure(0.6f)]));
        Assert.Equal(1, estimator.Estimate([Sure(0.9f)]));
    }

    [Fact]
    public void Nothing_EstimatesNothing()
    {
        Assert.Throws<ArgumentException>(() => AccuracyEstimator.Fit([]));
        Assert.Throws<ArgumentException>(() => AccuracyEstimator.Fit([(Sure(0.9f), true)]).Estimate([]));
    }

    private static double Share(List<(Observation, bool Right)> labelled) => (double)labelled.Count(l => l.Right) / labelled.Count;

    private static Observation Sure(float top) => new(new FrameId(1, 1), "car-1", 1, [top, 1 - top], [0]);
}
