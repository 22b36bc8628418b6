using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Drift.Alarming;
using MtlSplit.IoT.Drift.Observing;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Alarming;

public sealed class DriftDetectorTests
{
    private static readonly DriftKey Key = new(ContractId.Of([1]), "object_size", "all");
    private static readonly DriftOptions Options = new() { Budget = new AlarmBudget(1), CheckEvery = TimeSpan.FromHours(1) };

    [Fact]
    public void Level_SharesTheBudgetBetweenStreamsAndChecks()
    {
        Assert.Equal(1.0 / 16 / 720, new AlarmBudget(1).LevelOf(16, TimeSpan.FromHours(1)), 12);
        Assert.Equal(1, new AlarmBudget(10).LevelOf(1, TimeSpan.FromDays(60)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlarmBudget(0).LevelOf(1, TimeSpan.FromHours(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlarmBudget(1).LevelOf(0, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(0.7, 1.0 / 3)]
    [InlineData(0, 0.85)]
    public void AnotherLight_AndOtherClasses_AreDrift_WithTheirEvidence(double shift, double firstClass)
    {
        var world = new World(2);
        var reference = world.See(0, 7200);
        (world.Shift, world.FirstClass) = (shift, firstClass);

        var check = Check(reference, world.See(1_000_000, 3600));

        Assert.Equal((DriftVerdict.Drift, Key), (check.Verdict, check.Key));
        Assert.True(check.HeadOutputs!.PValue < Options.SuspicionLevel, check.Reason);
        Assert.True(check.Features!.PValue < check.Level, check.Reason);
        Assert.NotEmpty(check.Features.Examples);
    }

    [Fact]
    public void TheSameWorld_IsCalm()
    {
        var world = new World(2);

        var check = Check(world.See(0, 7200), world.See(1_000_000, 3600));

        Assert.Equal(DriftVerdict.Calm, check.Verdict);
        Assert.Null(check.Features);
    }

    [Fact]
    public void TooLittle_IsUndetermined_AndSaysHowMuchIsThere()
    {
        var world = new World(2);

        var check = Check(world.See(0, 7200), world.See(1_000_000, 30));

        Assert.Equal(DriftVerdict.Undetermined, check.Verdict);
        Assert.Contains("too few", check.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherVehiclesAlone_AreUndetermined_NotDrift()
    {
        var (one, other) = (new World(2), new World(77));
        other.Shift = 1;

        var check = Check(one.See(0, 7200), [.. other.See(1_000_000, 3600).Select(o => o with { Vehicle = $"new-{o.Vehicle}" })]);

        Assert.Equal(DriftVerdict.Undetermined, check.Verdict);
        Assert.Contains("no vehicle is in both windows", check.Reason, StringComparison.Ordinal);
    }

    private static DriftCheck Check(List<Observation> reference, List<Observation> current)
    {
        var detector = new DriftDetector(Options, watched: 4);
        return detector.Check(Key, 1, detector.Prepare(reference, new Random(2)), current, new Random(1));
    }
}
