using System.Security.Cryptography;
using System.Runtime.InteropServices;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Datasets;

public sealed class RenderedShapes3DTests
{
    private static readonly RenderedShapes3D Data = new(Light.Standard);

    [Fact]
    public void Samples_AreTheRenderersImagesAndTheirFactors()
    {
        int[] asked = [479_999, 0, 123_456];

        var set = Data.Read(asked, 2, TestContext.Current.CancellationToken);

        var image = new byte[SceneRenderer.ImageLength];
        for (var i = 0; i < asked.Length; i++)
        {
            SceneRenderer.Render(asked[i], Light.Standard, image);
            Assert.Equal(image, set.Image(i));
            Assert.All(Shapes3DTask.All, task => Assert.Equal(task.LabelOf(Shapes3DIndex.Of(asked[i])), set.Labels(set.TaskIndex(task.Name))[i]));
        }
    }

    [Fact]
    public void Draws_AreThoseOfPublishedModels()
    {
        // A model's card names seed and counts; they must keep giving the same images.
        Assert.Equal("16d885b2f0166781", Digest(Data.Split.Training(1, 50_000)));
        Assert.Equal("f4d8082b1ab5f4b3", Digest(Data.Split.Validation(1, 50_000, 4_000)));
        Assert.Equal("d93a09a44a82de6d", Digest(Data.Split.Test(1, 20_000)));
    }

    [Fact]
    public void TrainingValidationAndTest_ShareNoImage()
    {
        var (training, validation, test) = (Data.Split.Training(3, 200_000), Data.Split.Validation(3, 200_000, 160_000), Data.Split.Test(3, 120_000));

        Assert.Equal(480_000, training.Concat(validation).Concat(test).Distinct().Count());
        Assert.All(test, index => Assert.True(Shapes3DSplit.IsTest(index)));
    }

    [Fact]
    public void Draw_OfMoreThanThereIs_SaysHowManyThereAre()
    {
        Assert.Contains("120,001 images to test on are asked for; there are 120,000", Assert.Throws<ArgumentException>(() => Data.Split.Test(1, 120_001)).Message);
        Assert.Contains("there are 10,000", Assert.Throws<ArgumentException>(() => Data.Split.Validation(1, 350_000, 10_001)).Message);
    }

    private static string Digest(int[] scenes) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>(scenes)))[..16];
}
