using MtlSplit.IoT.Training.Loading;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Loading;

public sealed class SeededOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Order_OfAnEpoch_VisitsEverySampleOnce(int count) =>
        Assert.Equal(Enumerable.Range(0, count), SeededOrder.Of(7, 3, count).Order());

    [Fact]
    public void Order_DependsOnSeedAndEpochOnly()
    {
        Assert.Equal(SeededOrder.Of(7, 3, 100), SeededOrder.Of(7, 3, 100));
        Assert.NotEqual(SeededOrder.Of(7, 3, 100), SeededOrder.Of(7, 4, 100));
        Assert.NotEqual(SeededOrder.Of(8, 3, 100), SeededOrder.Of(7, 3, 100));
    }

    [Fact]
    public void Order_OverManyEpochs_PutsEverySampleEverywhere()
    {
        // 4 samples, 4,000 epochs: each position is taken about 1,000 times by each sample; 6 standard deviations are 164.
        var counts = new int[4, 4];
        for (var epoch = 0; epoch < 4000; epoch++)
        {
            var order = SeededOrder.Of(1, epoch, 4);
            for (var i = 0; i < 4; i++)
            {
                counts[i, order[i]]++;
            }
        }

        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 836, 1164));
    }

    [Fact]
    public void NumberForSample_ChangesWithEpochAndSample()
    {
        var numbers = Enumerable.Range(0, 20).SelectMany(epoch => Enumerable.Range(0, 50).Select(sample => SeededOrder.ForSample(5, epoch, sample)));
        Assert.Equal(1000, numbers.Distinct().Count());
    }
}
