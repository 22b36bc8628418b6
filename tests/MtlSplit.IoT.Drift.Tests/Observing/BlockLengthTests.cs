using MtlSplit.IoT.Drift.Observing;
using Xunit;

namespace MtlSplit.IoT.Drift.Tests.Observing;

public sealed class BlockLengthTests
{
    [Fact]
    public void IndependentValues_HaveATimeOfAboutOne()
    {
        var random = new Random(1);

        Assert.InRange(BlockLength.IntegratedTime([.. Enumerable.Range(0, 20_000).Select(_ => random.NextDouble())]), 1, 1.2);
    }

    [Fact]
    public void AutoregressiveValues_HaveTheTimeThatTheoryGivesThem()
    {
        var random = new Random(1);
        double value = 0;
        var values = Enumerable.Range(0, 50_000).Select(_ => value = (0.9 * value) + random.NextDouble() - 0.5).ToArray();

        // (1 + 0.9) / (1 - 0.9)
        Assert.InRange(BlockLength.IntegratedTime(values), 16, 22);
    }

    [Fact]
    public void ScenesThatStayLonger_AskForLongerBlocks_UpToTheLimit()
    {
        var (quick, slow) = (Choose(new World(1, sceneSeconds: 2)), Choose(new World(1, sceneSeconds: 40)));

        Assert.True(slow.Correlated > 3 * quick.Correlated, $"{slow.Correlated} beside {quick.Correlated}");
        Assert.False(quick.Capped);
        Assert.True(Choose(new World(1, sceneSeconds: 40), longest: 30).Capped);
        Assert.Equal(TimeSpan.FromSeconds(30), Choose(new World(1, sceneSeconds: 40), longest: 30).Length);
    }

    [Fact]
    public void ValuesThatNeverChange_AreTakenAsIndependent() => Assert.Equal(1, BlockLength.IntegratedTime([.. Enumerable.Repeat(0.5, 100)]));

    private static BlockLengthChoice Choose(World world, double longest = 3600) =>
        BlockLength.Choose(world.See(0, 2000), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(longest));
}
