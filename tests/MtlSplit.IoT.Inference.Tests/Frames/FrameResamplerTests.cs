using System.Security.Cryptography;
using CsCheck;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Frames;

public sealed class FrameResamplerTests
{
    private static readonly Gen<int> Sides = Gen.Int[1, 40];

    [Fact]
    public void Resample_OfAnyFrame_IsWithinOneOfTheFormula() =>
        Gen.Select(Sides, Sides, Sides, Sides, Gen.Int).Sample((width, height, targetWidth, targetHeight, seed) =>
        {
            var source = Draw(width, height, seed);
            var resampled = Resample(source, width, height, targetWidth, targetHeight);
            for (var i = 0; i < resampled.Length; i++)
            {
                var (x, y, channel) = (i / 3 % targetWidth, i / 3 / targetWidth, i % 3);
                Assert.InRange(resampled[i] - Formula(source, width, height, x, y, channel, targetWidth, targetHeight), -0.8, 0.8);
            }
        });

    [Fact]
    public void Resample_OfTheTargetsSize_CopiesTheFrame()
    {
        var source = Draw(7, 5, 1);

        Assert.Equal(source, Resample(source, 7, 5, 7, 5));
    }

    [Fact]
    public void Resample_OfOneColour_KeepsIt() =>
        Gen.Select(Sides, Sides, Sides, Sides, Gen.Byte).Sample((width, height, targetWidth, targetHeight, level) =>
        {
            var source = new byte[width * height * 3];
            source.AsSpan().Fill(level);

            Assert.All(Resample(source, width, height, targetWidth, targetHeight), value => Assert.Equal(level, value));
        });

    [Fact]
    public void Resample_ToHalfTheSize_AveragesFourPixels() =>
        Assert.Equal([3, 30, 128], Resample([1, 10, 0, 2, 20, 255, 3, 30, 1, 4, 60, 254], 2, 2, 1, 1));

    [Fact]
    public void Resample_OnEveryMachine_GivesTheSameBytes()
    {
        var source = Draw(101, 67, 5);

        var digest = Convert.ToHexStringLower(SHA256.HashData([.. Resample(source, 101, 67, 64, 64), .. Resample(source, 101, 67, 224, 130)]));

        Assert.Equal("bb522306a896b5c107b21bd7f8e27c1ee75131f115eba486f9a0f16236369daa", digest);
    }

    [Fact]
    public void Resample_OfChangingSizes_ForgetsTheOldOne()
    {
        var resampler = new FrameResampler(Target(8, 8));
        var (first, second, again) = (new byte[192], new byte[192], new byte[192]);

        resampler.Resample(Draw(20, 10, 1), 20, 10, first);
        resampler.Resample(Draw(10, 20, 1), 10, 20, second);
        resampler.Resample(Draw(20, 10, 1), 20, 10, again);

        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(2, 2, 11)]
    [InlineData(0, 2, 0)]
    [InlineData(-1, -4, 12)]
    [InlineData(20000, 1, 60000)]
    public void Resample_OfBytesThatAreNoSuchFrame_IsRefused(int width, int height, int bytes) =>
        Assert.Throws<ArgumentException>(() => new FrameResampler(Target(4, 4)).Resample(new byte[bytes], width, height, new byte[48]));

    private static InputSpec Target(int width, int height) => new(width, height, 3, InputSpec.BilinearHalfPixel);

    private static byte[] Resample(byte[] source, int width, int height, int targetWidth, int targetHeight)
    {
        var destination = new byte[targetWidth * targetHeight * 3];
        new FrameResampler(Target(targetWidth, targetHeight)).Resample(source, width, height, destination);
        return destination;
    }

    // Drawn by hand rather than by Random, whose numbers are no promise between versions.
    private static byte[] Draw(int width, int height, int seed)
    {
        var state = (uint)seed;
        var bytes = new byte[width * height * 3];
        foreach (ref var value in bytes.AsSpan())
        {
            state = (state * 1664525) + 1013904223;
            value = (byte)(state >> 24);
        }

        return bytes;
    }

    private static double Formula(byte[] source, int width, int height, int x, int y, int channel, int targetWidth, int targetHeight)
    {
        var column = Math.Clamp(((x + 0.5) * width / targetWidth) - 0.5, 0, width - 1);
        var row = Math.Clamp(((y + 0.5) * height / targetHeight) - 0.5, 0, height - 1);
        double At(int r, int c) => source[(((Math.Min(r, height - 1) * width) + Math.Min(c, width - 1)) * 3) + channel];
        var (left, top) = ((int)column, (int)row);
        var (right, down) = (column - left, row - top);
        return (((At(top, left) * (1 - right)) + (At(top, left + 1) * right)) * (1 - down))
            + (((At(top + 1, left) * (1 - right)) + (At(top + 1, left + 1) * right)) * down);
    }
}
