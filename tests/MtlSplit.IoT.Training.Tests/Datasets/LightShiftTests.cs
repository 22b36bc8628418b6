using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Loading;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Datasets;

public sealed class LightShiftTests
{
    private static readonly int[] Samples = [7, 123_456];

    [Theory]
    [InlineData("light:0")]
    [InlineData("light:0.25")]
    [InlineData("light:1")]
    public void Parse_OfWhatItWrites_IsTheSame(string text) => Assert.Equal(text, $"{LightShift.Parse(text)}");

    [Theory]
    [InlineData("light")]
    [InlineData("light:")]
    [InlineData("light:bright")]
    [InlineData("light:-0.1")]
    [InlineData("light:1.1")]
    [InlineData("light:NaN")]
    [InlineData("lights:1")]
    public void Parse_OfNonsense_NamesIt(string text) => Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => LightShift.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Of_AtBothEnds_IsTheLightThere(int share)
    {
        var light = share == 0 ? Light.Standard : Light.Unseen;
        Assert.Equal(light, Light.Standard.Towards(Light.Unseen, share));

        var seen = Read(new LightShift(share).Of(new RenderedShapes3D(Light.Standard)));
        var expected = new byte[SceneRenderer.ImageLength];
        SceneRenderer.Render(Samples[1], light, expected);
        Assert.Equal(expected, seen.Image(1).ToArray());
    }

    [Fact]
    public void Of_ChangesImagesAndNoLabel()
    {
        var usual = new RenderedShapes3D(Light.Standard);
        var (before, after) = (Read(usual), Read(new LightShift(0.5).Of(usual)));

        Assert.NotEqual(before.Image(0).ToArray(), after.Image(0).ToArray());
        for (var task = 0; task < before.Tasks.Count; task++)
        {
            Assert.Equal(before.Labels(task).ToArray(), after.Labels(task).ToArray());
        }
    }

    private static ImageSet Read(IDataSet data) => data.Read(Samples, 2, TestContext.Current.CancellationToken);
}
