using CsCheck;
using Xunit;

namespace MtlSplit.IoT.Shapes3D.Tests;

public sealed class FrameScheduleTests
{
    [Fact]
    public void Scene_DependsOnSeedVehicleAndFrameAlone() =>
        Gen.Select(Gen.ULong, Gen.String[Gen.Char.AlphaNumeric, 1, 20], Gen.ULong, Gen.Enum<ScheduledScenes>()).Sample((seed, vehicle, frame, scenes) =>
            FrameSchedule.ForVehicle(seed, vehicle, scenes).IndexOf(frame) == FrameSchedule.ForVehicle(seed, vehicle, scenes).IndexOf(frame));

    [Fact]
    public void Scene_IsOfTheScenesAskedFor() =>
        Gen.Select(Gen.ULong, Gen.ULong).Sample((seed, frame) =>
        {
            Assert.InRange(new FrameSchedule(seed, ScheduledScenes.All).IndexOf(frame), 0, Shapes3DIndex.Count - 1);
            Assert.True(Shapes3DSplit.IsTest(new FrameSchedule(seed, ScheduledScenes.Test).IndexOf(frame)));
            Assert.False(Shapes3DSplit.IsTest(new FrameSchedule(seed, ScheduledScenes.Training).IndexOf(frame)));
        });

    [Fact]
    public void Scenes_OfTheFirstFrames_AreWhatTheyEverWere() =>
        Assert.Equal([381131, 367936, 312960, 463050], Enumerable.Range(0, 4).Select(frame => FrameSchedule.ForVehicle(1, "vehicle-1", ScheduledScenes.Test).IndexOf((ulong)frame)));

    [Fact]
    public void Scenes_OfOtherVehiclesAndSeeds_AreOthers()
    {
        var schedules = new[] { FrameSchedule.ForVehicle(1, "vehicle-1", ScheduledScenes.All), FrameSchedule.ForVehicle(1, "vehicle-2", ScheduledScenes.All), FrameSchedule.ForVehicle(2, "vehicle-1", ScheduledScenes.All) };

        var first = schedules.Select(schedule => string.Join(' ', First(schedule, 20))).ToArray();

        Assert.Equal(3, first.Distinct().Count());
    }

    [Fact]
    public void Scenes_OverManyFrames_ShowEveryClassAsOftenAsTheOthers()
    {
        var scenes = First(new FrameSchedule(5, ScheduledScenes.Training), 40_000).Select(Shapes3DIndex.Of).ToArray();

        foreach (var task in Shapes3DTask.All.Where(task => task.Name is "object_size" or "object_shape" or "object_hue" or "orientation"))
        {
            // Six standard deviations of a binomial count.
            var (expected, classes) = ((double)scenes.Length / task.Classes.Count, task.Classes.Count);
            var margin = 6 * Math.Sqrt(expected * (1 - (1.0 / classes)));
            Assert.All(scenes.CountBy(task.LabelOf), pair => Assert.InRange(pair.Value, expected - margin, expected + margin));
            Assert.Equal(classes, scenes.Select(task.LabelOf).Distinct().Count());
        }
    }

    private static int[] First(FrameSchedule schedule, int frames) => [.. Enumerable.Range(0, frames).Select(frame => schedule.IndexOf((ulong)frame))];
}
