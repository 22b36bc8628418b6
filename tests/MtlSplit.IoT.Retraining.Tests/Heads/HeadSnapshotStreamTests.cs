using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Retraining.Heads;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Sampling;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.Heads;

/// <summary>Which stream is learned from, which is compared on, and with what weight.</summary>
public sealed class HeadSnapshotStreamTests
{
    [Fact]
    public void UniformStream_IsComparedOnInHeldOutBlocksAndNeverLearnedFrom()
    {
        var found = Enumerable.Range(0, 1000).Select(i => Sample(i, i % 20 == 0, i % 20 == 0 ? 0.05 : 0.95)).ToList();

        var snapshot = Take(found);

        var uniform = found.Where(s => s.Stream == StreamKind.Uniform).Select(s => s.Frame).ToHashSet();
        Assert.DoesNotContain(snapshot.Training, s => uniform.Contains(s.Frame));
        Assert.Equal(50, snapshot.KeptApart + snapshot.HeldOut.Count(s => uniform.Contains(s.Frame)));
        Assert.Equal(200, snapshot.HeldOut.Count);
        Assert.Equal(800 - snapshot.KeptApart, snapshot.Training.Count);
        Assert.All(snapshot.Samples, s => Assert.Equal(1, s.Weight));
    }

    [Fact]
    public void Store_FromBeforeThereWereStreams_IsLearnedFromAndComparedOnAsBefore()
    {
        var snapshot = Take([.. Enumerable.Range(0, 1000).Select(i => Sample(i, true, 1))]);

        Assert.Equal((800, 200, 0), (snapshot.Training.Count, snapshot.HeldOut.Count, snapshot.KeptApart));
        Assert.All(snapshot.Samples, s => Assert.Equal(1, s.Weight));
    }

    [Fact]
    public void HeldOutFramesOfEitherStream_TogetherStandForAllFrames()
    {
        // Of 20,000 frames a tenth is hard. The heads' accuracies differ by 0.1 on all frames: the new one has the hard ones right.
        var random = new Random(5);
        var found = new List<StoredSample>();
        for (var i = 0; i < 20_000; i++)
        {
            var hard = i % 10 == 0;
            var need = 0.95 * (hard ? 0.5 : 0.05);
            var draw = random.NextDouble();
            if (draw < 0.05)
            {
                found.Add(Sample(i, true, 0.05, hard ? "a" : "b"));
            }
            else if (draw < 0.05 + need)
            {
                found.Add(Sample(i, false, need, hard ? "a" : "b"));
            }
        }

        var heldOut = Take(found).HeldOut;
        var comparison = PairedComparison.Of(heldOut, [.. heldOut.Select(s => 1)], [.. heldOut.Select(s => s.Class)]);

        // Counted one by one it would be far off: half of what is kept is hard.
        Assert.True(comparison.Gained > 0.3 * comparison.Samples, $"{comparison.Gained} of {comparison.Samples}");
        Assert.InRange(0.1, comparison.Difference.Low, comparison.Difference.High);
        Assert.InRange(0.9, comparison.Current.Low, comparison.Current.High);
        Assert.InRange(comparison.Difference.High - comparison.Difference.Low, 0.02, 0.15);
    }

    [Fact]
    public void Weights_OfAllTheSame_ChangeNothing()
    {
        var plain = Samples.Spread(500);
        var current = Enumerable.Range(0, 500).Select(i => i % 4 == 0 ? 1 : 0).ToArray();
        var challenger = Enumerable.Range(0, 500).Select(i => i % 5 == 0 ? 1 : 0).ToArray();

        var one = PairedComparison.Of(plain, current, challenger);
        var other = PairedComparison.Of([.. plain.Select(s => s with { Weight = 4 })], current, challenger);

        Assert.Equal(one, other);
    }

    private static HeadSnapshot Take(IReadOnlyList<StoredSample> found) => HeadSnapshot.Take(default, "object_size", ["a", "b"], new SampleSet(found, 0));

    private static StoredSample Sample(int number, bool uniform, double probability, string label = "a") => new()
    {
        Frame = new FrameId(1, (ulong)number),
        Fleet = "harbour",
        Vehicle = "v1",
        CapturedAt = (Samples.Start / 5_000_000 * 5_000_000) + (number * 50_000L),
        Feature = [],
        Label = label,
        Stream = uniform ? StreamKind.Uniform : StreamKind.Need,
        InclusionProbability = probability,
    };
}
