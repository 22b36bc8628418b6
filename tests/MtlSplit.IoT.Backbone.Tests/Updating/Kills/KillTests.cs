using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary>A part of the long run, which <c>--kills N --seed S</c> of this program is.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task AProcessKilledAtAnyStep_LeavesExactlyOneValidBundle_AndNoGarbage()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGKILL is what is sent.");
        await using var run = new KillRun(seed: 1);

        await run.RunAsync(kills: 30);

        Assert.Empty(run.Tally.Violations);
        Assert.True(run.Tally.Kills >= 30, run.Tally.ToString());
        Assert.True(run.Tally.Least >= 1, run.Tally.ToString());
    }
}
