using CsCheck;
using MtlSplit.IoT.Training.Evaluation;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Evaluation;

public sealed class IntervalTests
{
    [Theory]
    // Wilson's formula by hand, z = 1.96: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    [InlineData(8, 10, 0.8, 0.4902, 0.9433)]
    [InlineData(0, 10, 0, 0, 0.2775)]
    [InlineData(10, 10, 1, 0.7225, 1)]
    [InlineData(50, 100, 0.5, 0.4038, 0.5962)]
    [InlineData(19_500, 20_000, 0.975, 0.9727, 0.9771)]
    public void Share_HasWilsonsInterval(long successes, long count, double value, double low, double high)
    {
        var interval = Interval.OfShare(successes, count);

        Assert.Equal(value, interval.Value, 12);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Share_LiesInItsInterval_WhichLiesBetweenNoneAndAll() =>
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Double[0, 1]).Sample((count, share) =>
        {
            var interval = Interval.OfShare((long)(share * count), count);
            return interval.Low >= 0 && interval.Low <= interval.Value && interval.Value <= interval.High && interval.High <= 1 && interval.Low < interval.High;
        });

    [Fact]
    public void Share_OfNothing_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Interval.OfShare(0, 0));
}
