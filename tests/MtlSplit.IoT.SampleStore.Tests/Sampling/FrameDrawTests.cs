using CsCheck;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.SampleStore.Sampling;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Sampling;

public sealed class FrameDrawTests
{
    [Fact]
    public void Draw_OfAFrame_NeverChanges()
    {
        // Computed apart from this code: the first 16 bytes of HMAC-SHA-256, big-endian, upper 53 bits of either half.
        var (stream, need) = new FrameDraw("mtlsplit.sampling/1").Of(new FrameId(1, 2));

        Assert.Equal((0.384165437012112, 0.408446983483743), (Math.Round(stream, 15), Math.Round(need, 15)));
    }

    [Fact]
    public void Draws_AreUniformAndIndependentOfEachOtherAndOfTheKey()
    {
        const int Frames = 40_000;
        var (one, other) = (new FrameDraw("a"), new FrameDraw("b"));
        var cells = new int[4, 4, 4];
        for (var i = 0UL; i < Frames; i++)
        {
            var (stream, need) = one.Of(new FrameId(77, i));
            var another = other.Of(new FrameId(77, i)).Stream;
            Assert.InRange(stream, 0, 1 - double.Epsilon);
            cells[(int)(stream * 4), (int)(need * 4), (int)(another * 4)]++;
        }

        // 64 cells of 625 each: chi squared with 63 degrees of freedom lies below 103.4 with probability 0.999.
        var chi = cells.Cast<int>().Sum(c => Math.Pow(c - (Frames / 64.0), 2) / (Frames / 64.0));
        Assert.InRange(chi, 0, 103.4);
    }

    [Fact]
    public void Probabilities_ShareTheBudgetOutByScore() => Gen.Select(Gen.Double[0.1, 2.1].Array[1, 200], Gen.Double[0.5, 100]).Sample((scores, budget) =>
    {
        var probabilities = NeedAllocation.Probabilities(scores, budget);

        Assert.All(probabilities, p => Assert.InRange(p, NeedAllocation.MinProbability, 1));
        var floored = probabilities.Count(p => p == NeedAllocation.MinProbability);
        Assert.InRange(probabilities.Sum(), Math.Min(budget, scores.Length) - 1e-6, Math.Min(budget, scores.Length) + (floored * NeedAllocation.MinProbability) + 1e-6);
        foreach (var (a, b) in scores.Zip(probabilities).OrderBy(p => p.First).Pairwise())
        {
            Assert.True(a.Second <= b.Second + 1e-12, $"score {a.First} got {a.Second}, score {b.First} only {b.Second}");
        }
    });
}
