using CsCheck;
using MtlSplit.IoT.Cli.Demo;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class LatencyHistogramTests
{
    // Evenly over the powers of ten, as latencies spread: 20 µs to 100 s.
    private static readonly Gen<double[]> Latencies = Gen.Double[-1.7, 5].Select(power => Math.Pow(10, power)).Array[1, 300];

    [Fact]
    public void Percentile_OfAnyLatencies_IsAtMostTwoPercentAboveTheSortedOne() =>
        Gen.Select(Latencies, Gen.Double[0.001, 1]).Sample((latencies, share) =>
        {
            var histogram = new LatencyHistogram();
            Array.ForEach(latencies, histogram.Add);

            var exact = latencies.Order().ElementAt((int)Math.Ceiling(share * latencies.Length) - 1);

            Assert.Equal(latencies.Length, histogram.Count);
            Assert.InRange(histogram.Percentile(share)!.Value, exact * (1 - 1e-9), exact * (1.02 + 1e-9));
        });

    [Fact]
    public void Add_OfAnotherHistogram_IsAsIfAllHadGoneIntoOne() =>
        Gen.Select(Latencies, Latencies).Sample((some, others) =>
        {
            var (sum, part, whole) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
            Array.ForEach(some, sum.Add);
            Array.ForEach(others, part.Add);
            Array.ForEach([.. some, .. others], whole.Add);

            sum.Add(part);

            Assert.Equal(whole.Count, sum.Count);
            Assert.All(new[] { 0.01, 0.5, 0.9, 0.99, 1 }, share => Assert.Equal(whole.Percentile(share), sum.Percentile(share)));
        });

    [Fact]
    public void Percentile_OfNothing_IsNone_AndLatenciesBeyondTheEndsAreKept()
    {
        var histogram = new LatencyHistogram();
        Assert.Null(histogram.Percentile(0.5));

        // A vehicle's clock may be ahead; a message may be a week late.
        Array.ForEach([-5.0, 0.0, double.MaxValue], histogram.Add);

        Assert.Equal(3, histogram.Count);
        Assert.InRange(histogram.Percentile(0.5)!.Value, 0, 0.01);
        Assert.InRange(histogram.Percentile(1)!.Value, 1e8, double.MaxValue);
    }
}
