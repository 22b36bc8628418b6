using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Retraining.Heads;
using MtlSplit.IoT.SampleStore.Queries;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.Heads;

public sealed class PromotionGateTests
{
    private readonly PromotionGate _gate = new(minLabels: 200, tolerance: 0.01);

    [Fact]
    public void Challenger_ThatIsClearlyBetter_IsAccepted()
    {
        var verdict = _gate.Decide(Compare(1000, currentRight: 700, challengerRight: 900), learned: true);

        Assert.Equal(GateDecision.Accepted, verdict.Decision);
    }

    [Fact]
    public void Challenger_ThatIsClearlyWorse_IsRefusedWithTheNumbers()
    {
        var verdict = _gate.Decide(Compare(1000, currentRight: 900, challengerRight: 850), learned: true);

        Assert.Equal(GateDecision.Worse, verdict.Decision);
        Assert.Contains("accuracy 0.8500 against 0.9000 on 1000 held-out samples, difference -0.0500", verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("tolerated 0.01", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Challenger_WorseByLessThanTolerated_IsAccepted()
    {
        var verdict = _gate.Decide(Compare(20_000, currentRight: 18_000, challengerRight: 17_980), learned: true);

        Assert.Equal(GateDecision.Accepted, verdict.Decision);
    }

    [Fact]
    public void Challenger_BetterOnAverageButPerhapsWorse_IsRefused()
    {
        // 40 frames, 12 gained and 10 lost: the interval reaches far below zero.
        var samples = Samples.Spread(40);
        var current = Enumerable.Range(0, 40).Select(i => i < 10 ? 0 : i < 22 ? 1 : 0).ToArray();
        var challenger = Enumerable.Range(0, 40).Select(i => i < 10 ? 1 : 0).ToArray();

        var comparison = PairedComparison.Of(samples, current, challenger);
        var verdict = _gate.Decide(comparison, learned: true);

        Assert.True(comparison.Difference.Value > 0);
        Assert.Equal(GateDecision.Worse, verdict.Decision);
    }

    [Fact]
    public void Training_ThatFoundNothingBetter_IsRefused()
    {
        var verdict = _gate.Decide(Compare(1000, currentRight: 900, challengerRight: 900), learned: false);

        Assert.Equal(GateDecision.NothingLearned, verdict.Decision);
    }

    [Theory]
    [InlineData(199, GateDecision.TooFewSamples)]
    [InlineData(200, null)]
    public void Snapshot_BelowTheLabelsNeeded_IsRefusedWithTheCounts(int samples, object? expected)
    {
        var verdict = _gate.Check(Snapshot(samples, i => i % 2 == 0 ? "a" : "b"));

        Assert.Equal(expected, verdict?.Decision);
        if (verdict is not null)
        {
            Assert.Contains("There are 199 labelled samples", verdict.Reason, StringComparison.Ordinal);
            Assert.Contains("200 are needed", verdict.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Snapshot_AllOnOneSideOfTheSplit_IsRefused()
    {
        var snapshot = Snapshot(300, i => i % 2 == 0 ? "a" : "b", microsecondsBetween: 1);

        Assert.Equal(GateDecision.TooFewSamples, _gate.Check(snapshot)?.Decision);
    }

    [Fact]
    public void Snapshot_OfOneClass_IsRefused()
    {
        Assert.Contains("of 1 of the 2 classes", _gate.Check(Snapshot(300, _ => "a"))!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Interval_OfFramesFromOneSecond_IsWiderThanOfFramesFarApart()
    {
        var current = Enumerable.Repeat(1, 100).ToArray();
        var challenger = Enumerable.Range(0, 100).Select(i => i % 3 == 0 ? 0 : 1).ToArray();
        var apart = Samples.Spread(100);
        var pairs = apart.Select((s, i) => s with { CapturedAt = Samples.Start + (i / 10 * 1_000_000L) }).ToArray();
        var inBlocks = Enumerable.Range(0, 100).Select(i => i / 10 % 3 == 0 ? 0 : 1).ToArray();

        var far = PairedComparison.Of(apart, current, challenger).Difference;
        var near = PairedComparison.Of(pairs, current, inBlocks).Difference;

        Assert.Equal(0.34, far.Value, 3);
        Assert.Equal(0.4, near.Value, 3);
        Assert.True(near.High - near.Low > 2 * (far.High - far.Low), $"{near} is not much wider than {far}");
    }

    [Fact]
    public void Interval_OfIndependentFrames_IsTheTextbookOne()
    {
        // 100 gained, 40 lost of 1000: variance of one difference is 0.14 - 0.06².
        var current = Enumerable.Range(0, 1000).Select(i => i < 100 ? 1 : 0).ToArray();
        var challenger = Enumerable.Range(0, 1000).Select(i => i is >= 100 and < 140 ? 1 : 0).ToArray();

        var difference = PairedComparison.Of(Samples.Spread(1000), current, challenger).Difference;

        var half = 1.959964 * Math.Sqrt((0.14 - 0.0036) / 1000);
        Assert.Equal(0.06, difference.Value, 6);
        Assert.Equal(0.06 - half, difference.Low, 4);
        Assert.Equal(0.06 + half, difference.High, 4);
    }

    [Fact]
    public void Interval_OfAHeadThatHelpsOneVehicleOnly_IsNotWideForThat()
    {
        // 20 seconds of ten frames on each of two vehicles; on the second one three frames of ten are gained, in every second alike.
        var samples = Samples.Spread(400).Select((s, i) => s with { Vehicle = i < 200 ? "v1" : "v2", CapturedAt = Samples.Start + (i / 10 * 1_000_000L) }).ToArray();
        var current = Enumerable.Range(0, 400).Select(i => i >= 200 && i % 10 < 3 ? 1 : 0).ToArray();
        var oneVehicle = Enumerable.Repeat(0, 400).ToArray();

        var difference = PairedComparison.Of(samples, current, oneVehicle).Difference;

        Assert.Equal(0.15, difference.Value, 6);
        Assert.Equal(0.15, difference.Low, 6);

        // The same gain, but in some seconds and not in others of the same vehicle: that is chance.
        var bySecond = Enumerable.Range(0, 400).Select(i => i >= 200 && i / 10 % 10 < 3 ? 1 : 0).ToArray();
        var uncertain = PairedComparison.Of(samples, bySecond, oneVehicle).Difference;
        Assert.Equal(0.15, uncertain.Value, 6);
        Assert.InRange(uncertain.High - uncertain.Low, 0.1, 0.3);
    }

    private static PairedComparison Compare(int samples, int currentRight, int challengerRight) => PairedComparison.Of(
        Samples.Spread(samples),
        [.. Enumerable.Range(0, samples).Select(i => i < currentRight ? 0 : 1)],
        [.. Enumerable.Range(0, samples).Select(i => i < challengerRight ? 0 : 1)]);

    private static HeadSnapshot Snapshot(int count, Func<int, string> label, long microsecondsBetween = 250_000)
    {
        var samples = Enumerable.Range(0, count).Select(i => new StoredSample
        {
            Frame = new FrameId(1, (ulong)i),
            Fleet = "harbour",
            Vehicle = "v1",
            CapturedAt = Samples.Start + (i * microsecondsBetween),
            Feature = [],
            Label = label(i),
        });
        return HeadSnapshot.Take(default, "object_size", ["a", "b"], new SampleSet([.. samples], 0));
    }
}
