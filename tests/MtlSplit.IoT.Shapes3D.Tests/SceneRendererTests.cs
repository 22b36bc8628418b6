using System.Security.Cryptography;
using Xunit;

namespace MtlSplit.IoT.Shapes3D.Tests;

public sealed class SceneRendererTests
{
    // A warm lamp low on the other side.
    private static readonly Light Evening = new(0.3, 0.9, 1.2, 1, 0.72, 0.45, 0.8, 0.2);

    // From end to end of the data set; 4,847 is prime, so that all values of all factors occur.
    private static int[] Spread => [.. Enumerable.Range(0, 100).Select(i => i * 4847 % Shapes3DIndex.Count)];

    [Fact]
    public void Digest_OfAHundredScenesInStandardLight_IsTheSameOnEveryMachine() =>
        Assert.Equal("7cdbf54386590d021add6083297a594d0b2d631a67a41d7550fcd89b698d9349", Digest(Light.Standard));

    [Fact]
    public void Digest_OfAHundredScenesInAnotherLight_IsTheSameOnEveryMachine() =>
        Assert.Equal("bc947980dbebcb609a960ce58a8c1b2a01a4cd5bf63bbc9e177a73b1bd9c2086", Digest(Evening));

    [Fact]
    public void Spread_TouchesEveryValueOfEveryFactor() =>
        Assert.All(Shapes3DTask.All, task => Assert.Equal(task.Classes.Count, Spread.Select(index => task.LabelOf(Shapes3DIndex.Of(index))).Distinct().Count()));

    [Fact]
    public void Image_FromManyThreads_IsTheSameBytes()
    {
        var alone = Spread.Select(index => Render(index, Light.Standard)).ToArray();

        var together = new byte[8][][];
        Parallel.For(0, together.Length, new ParallelOptions { MaxDegreeOfParallelism = together.Length }, run =>
            together[run] = [.. Spread.Select(index => Render(index, Light.Standard))]);

        Assert.All(together, images => Assert.All(images.Zip(alone), pair => Assert.Equal(pair.Second, pair.First)));
    }

    [Fact]
    public void Image_FromIndexOrFromFactors_IsTheSame()
    {
        var image = new byte[SceneRenderer.ImageLength];
        SceneRenderer.Render(Shapes3DIndex.Of(123_456), Light.Standard, image);

        Assert.Equal(Render(123_456, Light.Standard), image);
    }

    [Fact]
    public void Image_InAnotherLight_IsAnother() =>
        Assert.All(Spread, index => Assert.NotEqual(Render(index, Light.Standard), Render(index, Evening)));

    [Fact]
    public void Image_ChangesWithEveryFactor()
    {
        var scene = new Shapes3DIndex(FloorHue: 1, WallHue: 4, ObjectHue: 7, Scale: 3, Shape: 1, Orientation: 7);
        Shapes3DIndex[] others =
        [
            scene with { FloorHue = 2 }, scene with { WallHue = 5 }, scene with { ObjectHue = 8 },
            scene with { Scale = 4 }, scene with { Shape = 2 }, scene with { Orientation = 8 },
        ];

        var image = Render(scene.ToIndex(), Light.Standard);

        // A step of any factor is seen in at least 1 % of the pixels.
        Assert.All(others, other => Assert.True(Differing(image, Render(other.ToIndex(), Light.Standard)) > 40, $"{other} looks like {scene}"));
    }

    [Fact]
    public void Image_IsWrittenOnlyWhereItBelongs()
    {
        var buffer = new byte[SceneRenderer.ImageLength + 2];
        buffer.AsSpan().Fill(0x5A);

        SceneRenderer.Render(42, Light.Standard, buffer);

        Assert.Equal<byte>([0x5A, 0x5A], buffer[SceneRenderer.ImageLength..]);
    }

    [Fact]
    public void Image_IntoTooLittleRoom_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => SceneRenderer.Render(0, Light.Standard, new byte[SceneRenderer.ImageLength - 1]));
        Assert.Contains("12288", error.Message);
    }

    private static string Digest(Light light)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var index in Spread)
        {
            hash.AppendData(Render(index, light));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Render(int index, Light light)
    {
        var image = new byte[SceneRenderer.ImageLength];
        SceneRenderer.Render(index, light, image);
        return image;
    }

    private static int Differing(byte[] one, byte[] other) =>
        Enumerable.Range(0, one.Length / 3).Count(pixel => !one.AsSpan(pixel * 3, 3).SequenceEqual(other.AsSpan(pixel * 3, 3)));
}
