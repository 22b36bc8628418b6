using Xunit;

namespace MtlSplit.IoT.Shapes3D.Tests;

public sealed class Shapes3DIndexTests
{
    [Fact]
    public void Index_OfEveryScene_CountsAsTheOriginalDataSetDoes()
    {
        // Floor hue changes slowest, orientation fastest.
        var scenes =
            from floorHue in Enumerable.Range(0, 10)
            from wallHue in Enumerable.Range(0, 10)
            from objectHue in Enumerable.Range(0, 10)
            from scale in Enumerable.Range(0, 8)
            from shape in Enumerable.Range(0, 4)
            from orientation in Enumerable.Range(0, 15)
            select new Shapes3DIndex(floorHue, wallHue, objectHue, scale, shape, orientation);

        var index = 0;
        foreach (var scene in scenes)
        {
            if (Shapes3DIndex.Of(index) != scene || scene.ToIndex() != index)
            {
                Assert.Fail($"Scene {index} is {scene}, but it reads as {Shapes3DIndex.Of(index)} and counts as {scene.ToIndex()}.");
            }

            index++;
        }

        Assert.Equal(480_000, index);
        Assert.Equal(480_000, Shapes3DIndex.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(480_000)]
    public void Index_OutsideTheDataSet_IsRefused(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Shapes3DIndex.Of(index));
}
