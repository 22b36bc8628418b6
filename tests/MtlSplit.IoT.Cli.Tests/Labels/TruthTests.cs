using MtlSplit.IoT.Cli.Labels;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Shapes3D;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Labels;

public sealed class TruthTests
{
    private const ulong Seed = 11;

    [Fact]
    public void LabelsOf_AFrame_SayWhatThatVehiclesRendererDrewForThatNumber()
    {
        var truth = new Truth(Options());
        foreach (var vehicle in new[] { "car-1", "car-2" })
        {
            var schedule = FrameSchedule.ForVehicle(Seed, vehicle, ScheduledScenes.Test);
            for (var number = 0UL; number < 200; number++)
            {
                var scene = Shapes3DIndex.Of(schedule.IndexOf(number));
                var frame = new FrameId(number * 31, number);

                var labels = truth.LabelsOf(vehicle, frame, labelledAt: 77).ToList();

                Assert.Equal(["object_size", "object_shape"], labels.Select(l => l.Task));
                Assert.Equal([$"{scene.Scale}", new[] { "cube", "cylinder", "sphere", "capsule" }[scene.Shape]], labels.Select(l => l.ClassName));
                Assert.All(labels, l => Assert.Equal((frame, LabellerOptions.Source, 77L), (l.Frame, l.Source, l.LabelledAt)));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void IsLabelled_OfAShare_TakesThatShareOfConsecutiveFrames_TheSameInEveryRun(double share)
    {
        const int Frames = 20_000;
        var truth = new Truth(Options() with { Share = share });
        var again = new Truth(Options() with { Share = share });
        var frames = Enumerable.Range(0, Frames).Select(n => new FrameId(0xfeed, (ulong)n)).ToList();

        var labelled = frames.ConvertAll(frame => truth.IsLabelled("car-1", frame));

        Assert.Equal(labelled, frames.ConvertAll(frame => again.IsLabelled("car-1", frame)));
        // Exact at both ends; four standard deviations in between.
        var slack = 4 * Math.Sqrt(share * (1 - share) / Frames);
        Assert.InRange(labelled.Count(l => l) / (double)Frames, share - slack, share + slack);
    }

    [Fact]
    public void IsLabelled_WithNamedVehicles_LeavesTheOthersOut()
    {
        var truth = new Truth(Options() with { Vehicles = ["car-2"] });

        Assert.False(truth.IsLabelled("car-1", new FrameId(1, 1)));
        Assert.True(truth.IsLabelled("car-2", new FrameId(1, 1)));
    }

    private static LabellerOptions Options() => new()
    {
        Fleet = "f",
        Seed = Seed,
        Scenes = ScheduledScenes.Test,
        Vehicles = [],
        Tasks = [Shapes3DTask.ObjectSize, Shapes3DTask.ObjectShape],
        Delay = TimeSpan.Zero,
        Share = 1,
    };
}
