using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.Drift.Testing;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Testing;

public sealed class FeatureKernelTestTests
{
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(80);
    private static readonly KernelLimits Limits = new() { Blocks = 60 };

    [Fact]
    public void NoChange_IsCalledOneAsOftenAsTheLevelSays_ThoughFramesAreCorrelated()
    {
        const int worlds = 300;
        var rejected = Enumerable.Range(0, worlds).Count(seed =>
        {
            var world = new World(seed);
            return Compare(world.See(0, 800), world.See(100_000, 800), seed).PValue < 0.1;
        });

        // 30 expected; four standard deviations.
        Assert.InRange(rejected, 9, 51);
    }

    [Fact]
    public void FramesTakenAsIndependent_WouldCryWolf()
    {
        const int worlds = 60;
        var rejected = Enumerable.Range(0, worlds).Count(seed =>
        {
            var world = new World(seed);
            var (before, now) = (world.See(0, 800), world.See(100_000, 800));
            var limits = Limits with { Blocks = 400, FramesPerBlock = 1 };
            return FeatureKernelTest.Compare(ObservationBlock.Cut(before, TimeSpan.FromSeconds(1)), ObservationBlock.Cut(now, TimeSpan.FromSeconds(1)), 0.1, limits, new Random(seed))!.PValue < 0.1;
        });

        Assert.InRange(rejected, worlds / 3, worlds);
    }

    [Fact]
    public void AShift_IsSeenBelowAnySmallLevel_AndItsFramesAreNamed()
    {
        var world = new World(1);
        var before = world.See(0, 1600);
        world.Shift = 2;
        var now = world.See(100_000, 1600);

        var result = FeatureKernelTest.Compare(ObservationBlock.Cut(before, Block), ObservationBlock.Cut(now, Block), 1e-4, Limits, new Random(1))!;

        Assert.True(result.PValue < 1e-4, $"p = {result.PValue}");
        Assert.Equal(Limits.Examples, result.Examples.Count);
        Assert.All(result.Examples, example => Assert.Contains(example, now));
    }

    [Fact]
    public void VehiclesThatAlwaysDiffer_AreNoChange_HoweverManyFramesEachSends()
    {
        var world = new World(5);
        var before = world.See(0, 1600);
        // Now most of what comes is of two of the six vehicles.
        var now = world.See(100_000, 1600).Where(o => o.Vehicle is "car-0" or "car-1" || o.CapturedAt < 100_200_000_000).ToList();

        Assert.InRange(Compare(before, now, 5).PValue, 0.01, 1);
    }

    [Fact]
    public void WindowsWithoutACommonVehicle_SayNothing()
    {
        var world = new World(1);
        var (before, now) = (ObservationBlock.Cut(world.See(0, 400).Where(o => o.Vehicle == "car-0"), Block), ObservationBlock.Cut(world.See(1000, 400).Where(o => o.Vehicle == "car-1"), Block));

        Assert.Null(FeatureKernelTest.Compare(before, now, 0.01, Limits, new Random(1)));
    }

    [Fact]
    public void TheSameSeed_GivesTheSameAnswer()
    {
        var world = new World(1);
        var (before, now) = (world.See(0, 400), world.See(1000, 400));

        Assert.Equal(Compare(before, now, 9) with { Examples = [] }, Compare(before, now, 9) with { Examples = [] });
    }

    private static FeatureKernelResult Compare(List<Observation> before, List<Observation> now, int seed) =>
        FeatureKernelTest.Compare(ObservationBlock.Cut(before, Block), ObservationBlock.Cut(now, Block), 0.1, Limits, new Random(seed))!;
}
