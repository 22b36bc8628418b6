using CsCheck;
using MtlSplit.IoT.Drift.Testing;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Testing;

public sealed class KolmogorovSmirnovTests
{
    private static readonly Gen<float[]> Sample = Gen.Select(Gen.Int[-20, 20], n => n / 4f).Array[1, 60];

    [Fact]
    public void Distance_IsTheGreatestOfTheTwoDistributionFunctions() =>
        Gen.Select(Sample, Sample).Sample((a, b) =>
        {
            var plain = a.Concat(b).Max(x => Math.Abs(((double)a.Count(v => v <= x) / a.Length) - ((double)b.Count(v => v <= x) / b.Length)));

            Assert.Equal(plain, KolmogorovSmirnov.Compare(a, b).Distance, 12);
            Assert.Equal(KolmogorovSmirnov.Compare(a, b), KolmogorovSmirnov.Compare(b, a));
        });

    // Kolmogorov's distribution as tables have it: 5 % beyond 1.358, 1 % beyond 1.628.
    [Theory]
    [InlineData(1.358, 0.05)]
    [InlineData(1.628, 0.01)]
    [InlineData(1.950, 0.001)]
    public void PValue_FollowsKolmogorovsDistribution(double x, double p)
    {
        const int n = 200_000;
        var effective = Math.Sqrt(n / 2.0);
        var shift = (int)Math.Round(x / effective * n);
        var result = KolmogorovSmirnov.Compare([.. Enumerable.Range(0, n).Select(i => (float)i)], [.. Enumerable.Range(shift, n).Select(i => (float)i)]);

        Assert.Equal(p, result.PValue, p * 0.02);
    }

    [Fact]
    public void EqualDistributions_AreCalledDifferentAsOftenAsTheLevelSays()
    {
        var random = new Random(3);
        var rejected = Enumerable.Range(0, 2000).Count(_ => KolmogorovSmirnov.Compare(Draw(120), Draw(80)).PValue < 0.05);

        // 100 expected; five standard deviations.
        Assert.InRange(rejected, 51, 149);

        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextSingle())];
    }

    [Fact]
    public void SamplesWithoutValues_OrWithSomethingThatIsNone_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Compare([], [1]));
        Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Compare([1], [1, float.NaN]));
    }
}
