using MtlSplit.IoT.Drift.Observing;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Observing;

public sealed class PooledFeatureTests
{
    [Fact]
    public void Channels_AreTheMeansOfTheirPlaces() =>
        Assert.Equal([2.5f, -1], PooledFeature.Of([1, 2, 3, 4, -1, -1, -1, -1], channels: 2));

    [Theory]
    [InlineData(7, 2)]
    [InlineData(0, 1)]
    [InlineData(4, 0)]
    public void Lengths_ThatDoNotFit_AreRefused(int length, int channels) =>
        Assert.Throws<ArgumentException>(() => PooledFeature.Of(new float[length], channels));
}
