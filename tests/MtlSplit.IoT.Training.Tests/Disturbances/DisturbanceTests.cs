using CsCheck;
using MtlSplit.IoT.Training.Disturbances;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Disturbances;

public sealed class DisturbanceTests
{
    private const int Pixels = 64 * 64;

    private static readonly Gen<byte[]> Images = Gen.Byte.Array[Pixels * 3];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.05, 205)]
    [InlineData(0.15, 614)]
    [InlineData(0.7134, 2922)]
    [InlineData(1, Pixels)]
    public void SaltPepper_HitsExactlyTheStatedShareOfPixels(double share, int expected)
    {
        // Mid grey is neither black nor white, so that every hit is seen.
        var image = Grey(128);

        new SaltPepper(share).Apply(image, seed: 3);

        var hit = Enumerable.Range(0, Pixels).Select(pixel => image[(pixel * 3)..((pixel * 3) + 3)]).Where(pixel => !pixel.SequenceEqual<byte>([128, 128, 128])).ToArray();
        Assert.Equal(expected, hit.Length);
        Assert.All(hit, pixel => Assert.True(pixel.SequenceEqual<byte>([0, 0, 0]) || pixel.SequenceEqual<byte>([255, 255, 255])));
        // Either as likely: within six standard deviations.
        Assert.InRange(hit.Count(pixel => pixel[0] == 255), (expected / 2.0) - (3 * Math.Sqrt(expected)), (expected / 2.0) + (3 * Math.Sqrt(expected)));
    }

    [Fact]
    public void SaltPepper_OverManySeeds_HitsEveryPixelAsOften()
    {
        var hits = new int[100];
        for (var seed = 0UL; seed < 4000; seed++)
        {
            var image = Grey(128, hits.Length);
            new SaltPepper(0.25).Apply(image, seed);
            for (var pixel = 0; pixel < hits.Length; pixel++)
            {
                hits[pixel] += image[pixel * 3] == 128 ? 0 : 1;
            }
        }

        // 1,000 expected; six standard deviations are 164.
        Assert.All(hits, count => Assert.InRange(count, 836, 1164));
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    public void Gaussian_AddsNoiseOfTheStatedDeviation(double deviation)
    {
        var image = Grey(128);

        new GaussianNoise(deviation).Apply(image, seed: 4);

        var noise = image.Select(value => value - 128.0).ToArray();
        var measured = Math.Sqrt(noise.Select(value => value * value).Average()) / 255;
        // Of 12,288 draws the deviation is known to 0.6 %; rounding to whole levels adds 1/12 to the variance.
        Assert.InRange(measured, deviation * 0.96, deviation * 1.04);
        Assert.InRange(noise.Average(), -6 * deviation * 255 / Math.Sqrt(noise.Length), 6 * deviation * 255 / Math.Sqrt(noise.Length));
        Assert.InRange(noise.Count(value => Math.Abs(value) < deviation * 255) / (double)noise.Length, 0.65, 0.72);
    }

    [Theory]
    [InlineData(0.2, 0, 51)]
    [InlineData(0.2, 100, 151)]
    [InlineData(0.2, 240, 255)]
    [InlineData(-0.2, 100, 49)]
    [InlineData(-0.2, 10, 0)]
    public void Brightness_ShiftsEveryValue(double shift, byte before, byte after) => AssertMaps(new Brightness(shift), before, after);

    [Theory]
    [InlineData(0.5, 0, 64)]
    [InlineData(0.5, 200, 164)]
    [InlineData(2, 100, 73)]
    [InlineData(2, 20, 0)]
    [InlineData(1, 77, 77)]
    public void Contrast_ScalesTheDistanceFromMidGrey(double factor, byte before, byte after) => AssertMaps(new Contrast(factor), before, after);

    [Theory]
    [InlineData(120, 200, 40, 90, 90, 200, 40)]
    [InlineData(-120, 200, 40, 90, 40, 90, 200)]
    [InlineData(240, 200, 40, 90, 40, 90, 200)]
    [InlineData(180, 255, 0, 0, 0, 255, 255)]
    [InlineData(60, 255, 0, 0, 255, 255, 0)]
    [InlineData(30, 255, 0, 0, 255, 128, 0)]
    [InlineData(90, 70, 70, 70, 70, 70, 70)]
    public void Hue_TurnsAroundTheCircle(double degrees, byte red, byte green, byte blue, byte newRed, byte newGreen, byte newBlue)
    {
        byte[] pixel = [red, green, blue];

        new HueShift(degrees).Apply(pixel, seed: 0);

        Assert.Equal<byte>([newRed, newGreen, newBlue], pixel);
    }

    [Fact]
    public void Hue_OfAnyAngle_KeepsBrightestAndDarkestChannel() =>
        Gen.Select(Gen.Double[-360, 360], Gen.Byte, Gen.Byte, Gen.Byte).Sample((degrees, red, green, blue) =>
        {
            byte[] pixel = [red, green, blue];
            new HueShift(degrees).Apply(pixel, seed: 0);
            return pixel.Max() == Math.Max(red, Math.Max(green, blue)) && pixel.Min() == Math.Min(red, Math.Min(green, blue));
        });

    [Theory]
    [InlineData("salt-pepper:0.2")]
    [InlineData("gaussian:0.1")]
    [InlineData("brightness:-0.3")]
    [InlineData("contrast:0.4")]
    [InlineData("hue:45")]
    public void Disturbance_DependsOnImageAndSeedAlone_AndIsWrittenAsItIsRead(string text)
    {
        var disturbance = Disturbance.Parse(text);
        Assert.Equal(text, disturbance.ToString());
        Assert.Equal(disturbance, Disturbance.Parse(disturbance.ToString()));
        Gen.Select(Images, Gen.ULong).Sample((image, seed) =>
        {
            var (one, other) = ((byte[])image.Clone(), (byte[])image.Clone());
            disturbance.Apply(one, seed);
            disturbance.Apply(other, seed);
            return one.SequenceEqual(other) && !one.SequenceEqual(image);
        }, iter: 20);
    }

    [Fact]
    public void Noise_WithAnotherSeed_IsAnother()
    {
        foreach (var noise in new Disturbance[] { new SaltPepper(0.1), new GaussianNoise(0.1) })
        {
            var (one, other) = (Grey(128), Grey(128));
            noise.Apply(one, 1);
            noise.Apply(other, 2);
            Assert.NotEqual(one, other);
        }
    }

    [Fact]
    public void Varied_StaysWithinTheStatedStrength() => Gen.ULong.Sample(seed =>
    {
        Assert.InRange(Assert.IsType<Brightness>(new Brightness(0.2).Varied(seed)).Shift, -0.2, 0.2);
        Assert.InRange(Assert.IsType<Contrast>(new Contrast(0.5).Varied(seed)).Factor, 0.5, 1);
        Assert.InRange(Assert.IsType<Contrast>(new Contrast(1.5).Varied(seed)).Factor, 1, 1.5);
        Assert.InRange(Assert.IsType<HueShift>(new HueShift(-30).Varied(seed)).Degrees, -30, 30);
        Assert.Equal(new SaltPepper(0.1), new SaltPepper(0.1).Varied(seed));
    });

    [Theory]
    [InlineData("salt-peper:0.1", "'salt-peper:0.1' is unknown; there are salt-pepper:SHARE, gaussian:DEVIATION, brightness:SHIFT, contrast:FACTOR, hue:DEGREES")]
    [InlineData("", "'' is unknown")]
    [InlineData("gaussian", "needs a number after 'gaussian:'")]
    [InlineData("gaussian:x", "needs a number after 'gaussian:'")]
    [InlineData("salt-pepper:1.5", "salt-pepper goes from 0 to 1")]
    [InlineData("brightness:NaN", "brightness goes from -1 to 1")]
    public void Parse_OfAnythingElse_SaysWhatThereIs(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Disturbance.Parse(text)).Message);

    private static void AssertMaps(Disturbance disturbance, byte before, byte after)
    {
        byte[] pixel = [before, before, before];
        disturbance.Apply(pixel, seed: 0);
        Assert.Equal<byte>([after, after, after], pixel);
    }

    private static byte[] Grey(byte level, int pixels = Pixels) => [.. Enumerable.Repeat(level, pixels * 3)];
}
