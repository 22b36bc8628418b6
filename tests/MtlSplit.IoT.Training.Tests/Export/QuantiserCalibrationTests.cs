using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Training.Export;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Export;

public sealed class QuantiserCalibrationTests
{
    [Fact]
    public void EvenValues_AreAllInside()
    {
        float[] values = [.. Enumerable.Range(0, 100_001).Select(i => (i / 50_000f) - 1)];

        var range = QuantiserCalibration.Choose(values);

        Assert.InRange(range.Low, -1, -0.99);
        Assert.InRange(range.High, 0.99, 1);
    }

    [Fact]
    public void LongTails_AreClipped_SinceThatCostsLessThanCoarserSteps()
    {
        // The quantiles of a double exponential, from -14.5 to 14.5.
        const int Count = 2_000_000;
        float[] half = [.. Enumerable.Range(0, Count / 2).Select(i => -(float)Math.Log((i + 0.5) / (Count / 2)))];
        float[] values = [.. half, .. half.Select(value => -value)];
        var whole = new Quantiser(values.Min(), values.Max());

        var range = QuantiserCalibration.Choose([.. values]);

        Assert.InRange(range.High, 6, whole.High - 2);
        Assert.InRange(range.Low, whole.Low + 2, -6);
        Assert.True(QuantiserCalibration.Error(values, range) < 0.9 * QuantiserCalibration.Error(values, whole));
    }

    [Theory]
    [InlineData]
    [InlineData(3f)]
    [InlineData(3f, 3f, 3f)]
    [InlineData(1f, float.NaN, 2f)]
    [InlineData(1f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, 1f)]
    public void ValuesWithoutARange_AreRefused(params float[] values) =>
        Assert.Contains("two different finite values", Assert.Throws<ArgumentException>(() => QuantiserCalibration.Choose(values)).Message, StringComparison.Ordinal);
}
