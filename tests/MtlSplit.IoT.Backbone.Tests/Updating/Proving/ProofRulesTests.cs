using CsCheck;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Contracts.Bundles;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Proving;

public sealed class ProofRulesTests
{
    private static readonly BundleTask Task = new()
    {
        Name = "size",
        Classes = ["small", "large"],
        Head = "",
        Metrics = [],
        Field = new FieldRanges { TopProbability = new(0.6, 1), ClassShares = [new(0.25, 0.75), new(0.25, 0.75)] },
    };

    [Fact]
    public void Verdict_IsWhatTheNumbersSay() => Gen.Select(Gen.Int[0, 400], Gen.Double[0, 1], Gen.Double[0.5, 1], Gen.Int[0, 20]).Sample((count, share, top, quarantined) =>
    {
        var small = (long)(count * share);
        var evidence = new FieldEvidence
        {
            Digest = "d",
            Quarantined = Math.Max(0, quarantined - 18),
            Tasks = new() { ["size"] = new TaskEvidence(count, count * top, [small, count - small]) },
        };

        var verdict = ProofRules.Decide([Task], evidence);

        var inside = evidence.Tasks["size"].MeanTopProbability >= 0.6 && small >= count * 0.25 && small <= count * 0.75;
        Assert.Equal(evidence.Quarantined == 0 && count >= 200 && inside, verdict.IsProven);
        Assert.Equal(evidence.Quarantined > 0 ? BundleFault.Quarantined : count >= 200 && !inside ? BundleFault.OutOfRange : null, verdict.Fault);
    });

    [Fact]
    public void ATaskThatNobodyAnswers_LeavesItOpen() =>
        Assert.Equal(ProofVerdict.Undecided, ProofRules.Decide([Task, Task with { Name = "shape" }], Answers(1000, 0.9f)));

    [Fact]
    public void ABundleWithoutRanges_IsProvenByBeingAnswered() => Assert.True(ProofRules.Decide([Task with { Field = null }], Answers(200, 0.51f)).IsProven);

    [Fact]
    public void AProbabilityThatIsNoNumber_RefutesIt() =>
        Assert.Equal(BundleFault.OutOfRange, ProofRules.Decide([Task], Answers(200, 0.9f).Scored("size", [0.4f, float.NaN])).Fault);

    [Fact]
    public void AnAnswerWithOtherClasses_RefutesIt() =>
        Assert.Equal(BundleFault.OutOfRange, ProofRules.Decide([Task], Answers(200, 0.9f).Scored("size", [0.1f, 0.1f, 0.8f])).Fault);

    [Fact]
    public void Evidence_InPortions_IsTheSameAsAtOnce()
    {
        var (one, other) = (Answers(3, 0.75f), Answers(5, 0.5f) with { Quarantined = 2 });

        var both = one.With(other);

        Assert.Equal((8, 2), (both.Tasks["size"].Scored, both.Quarantined));
        Assert.Equal(3 * 0.75 + 5 * 0.5, both.Tasks["size"].TopProbabilitySum, 6);
        Assert.Equal(8, both.Tasks["size"].TopClasses.Sum());
        Assert.Throws<ArgumentException>(() => one.With(FieldEvidence.None("e")));
    }

    private static FieldEvidence Answers(int count, float top) =>
        Enumerable.Range(0, count).Aggregate(FieldEvidence.None("d"), (all, n) => all.Scored("size", n % 2 == 0 ? [top, 1 - top] : [1 - top, top]));
}
