using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Loading;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Datasets;

public sealed class LightRangeTests
{
    private static readonly int[] Samples = [.. Enumerable.Range(0, 40).Select(i => i * 11_113)];

    [Fact]
    public void Read_Twice_GivesTheSameImagesInLightsOfTheirOwn()
    {
        var (once, again) = (Read(new LightRange(1, 5)), Read(new LightRange(1, 5)));

        Assert.Equal(once.Digest(), again.Digest());
        Assert.NotEqual(once.Digest(), Read(new LightRange(1, 6)).Digest());
        Assert.NotEqual(once.Digest(), Read(new RenderedShapes3D(Light.Standard)).Digest());
        Assert.NotEqual(once.Digest(), Read(new RenderedShapes3D(Light.Unseen)).Digest());
    }

    [Fact]
    public void Read_OfNoRange_IsTheStandardLight() => Assert.Equal(Read(new RenderedShapes3D(Light.Standard)).Digest(), Read(new LightRange(0, 5)).Digest());

    [Fact]
    public void Description_SaysHowFarItGoes() => Assert.Contains("light:0.5", new LightRange(0.5, 1).Description, StringComparison.Ordinal);

    private static ImageSet Read(IDataSet data) => data.Read(Samples, 2, TestContext.Current.CancellationToken);
}
