using Xunit;

namespace MtlSplit.IoT.Shapes3D.Tests;

public sealed class Shapes3DSplitTests
{
    [Fact]
    public void Test_HoldsEverySceneWhoseFloorAndWallHueAreBothInTheLastFive()
    {
        var expected = Enumerable.Range(0, Shapes3DIndex.Count)
            .Where(index => Shapes3DIndex.Of(index) is { FloorHue: >= 5, WallHue: >= 5 })
            .ToArray();

        Assert.Equal(120_000, expected.Length);
        Assert.Equal(expected, Enumerable.Range(0, Shapes3DSplit.TestCount).Select(Shapes3DSplit.TestIndex));
        Assert.All(expected.Where((_, i) => i % 997 == 0), index => Assert.True(Shapes3DSplit.IsTest(index)));
    }

    [Fact]
    public void Training_HoldsEveryOtherScene_AndNoTestScene()
    {
        var training = Enumerable.Range(0, Shapes3DSplit.TrainingCount).Select(Shapes3DSplit.TrainingIndex).ToHashSet();
        var test = Enumerable.Range(0, Shapes3DSplit.TestCount).Select(Shapes3DSplit.TestIndex).ToHashSet();

        Assert.Equal(360_000, training.Count);
        Assert.False(training.Overlaps(test));
        Assert.Equal(Shapes3DIndex.Count, training.Count + test.Count);
        Assert.Equal((0, Shapes3DIndex.Count - 1), (Math.Min(training.Min(), test.Min()), Math.Max(training.Max(), test.Max())));
        Assert.DoesNotContain(training, Shapes3DSplit.IsTest);
    }

    [Fact]
    public void Training_HoldsEverySingleHueThatTestHolds()
    {
        var training = Enumerable.Range(0, Shapes3DSplit.TrainingCount).Select(n => Shapes3DIndex.Of(Shapes3DSplit.TrainingIndex(n))).ToArray();

        Assert.Equal(Enumerable.Range(0, 10), training.Select(scene => scene.FloorHue).Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 10), training.Select(scene => scene.WallHue).Distinct().Order());
    }
}
