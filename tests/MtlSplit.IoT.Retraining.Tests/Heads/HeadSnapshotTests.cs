using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Registry.Tracing;
using MtlSplit.IoT.Retraining.Heads;
using MtlSplit.IoT.SampleStore.Queries;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.Heads;

public sealed class HeadSnapshotTests
{
    [Fact]
    public void Split_OfAnyFiveSecondsOfAVehicle_HasBothSides()
    {
        foreach (var vehicle in new[] { "v1", "v2", "truck-17" })
        {
            for (var group = 0; group < 100; group++)
            {
                var start = (Samples.Start / 5_000_000 * 5_000_000) + (group * 5_000_000L);
                var heldOut = Enumerable.Range(0, 50).Count(i => TimeBlocks.IsHeldOut(vehicle, start + (i * 100_000L)));
                Assert.Equal(10, heldOut);
            }
        }
    }

    [Fact]
    public void Split_KeepsFramesOfOneSecondTogether()
    {
        for (var second = 0L; second < 200; second++)
        {
            var start = (Samples.Start / 1_000_000 * 1_000_000) + (second * 1_000_000);
            Assert.Equal(TimeBlocks.IsHeldOut("v1", start), TimeBlocks.IsHeldOut("v1", start + 999_999));
        }
    }

    [Fact]
    public void Frame_HeldOutOnce_IsHeldOutWhateverElseIsStored()
    {
        var few = Take(Enumerable.Range(0, 100).Select(i => (i, "a")));
        var many = Take(Enumerable.Range(0, 400).Select(i => (i, "a")));

        var training = many.Training.Select(s => s.Frame).ToHashSet();
        Assert.NotEmpty(few.HeldOut);
        Assert.DoesNotContain(few.HeldOut, s => training.Contains(s.Frame));
    }

    [Fact]
    public void Labels_OfUnknownClasses_AreReportedAndLeftOut()
    {
        var snapshot = Take([(0, "a"), (1, "zebra"), (2, "zebra"), (3, "b"), (4, "A")]);

        Assert.Equal([0, 1], snapshot.Samples.Select(s => s.Class));
        Assert.Equal([("A", 1), ("zebra", 2)], snapshot.UnknownClasses.Select(u => (u.Key, u.Value)));
    }

    [Fact]
    public void Digest_NamesFramesLabelsAndSides()
    {
        var snapshot = Take([(0, "a"), (1, "b")]);

        Assert.Equal(snapshot.Digest, Take([(0, "a"), (1, "b")]).Digest);
        Assert.NotEqual(snapshot.Digest, Take([(0, "a"), (1, "a")]).Digest);
        Assert.NotEqual(snapshot.Digest, Take([(0, "a")]).Digest);
        Assert.Equal(
            snapshot.Samples.Select(s => new SnapshotFrame(s.Frame, s.Fleet, s.Vehicle, s.CapturedAt, snapshot.Classes[s.Class], s.HeldOut, (float)s.Weight)),
            SnapshotFile.Read(snapshot.Listing));
    }

    private static HeadSnapshot Take(IEnumerable<(int Number, string Label)> frames)
    {
        var samples = frames.Select(f => new StoredSample
        {
            Frame = new FrameId(1, (ulong)f.Number),
            Fleet = "harbour",
            Vehicle = "v1",
            CapturedAt = Samples.Start + (f.Number * 500_000L),
            Feature = [],
            Label = f.Label,
        });
        return HeadSnapshot.Take(default, "object_size", ["a", "b"], new SampleSet([.. samples], 0));
    }
}
