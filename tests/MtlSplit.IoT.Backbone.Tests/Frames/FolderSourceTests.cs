using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Frames.Folders;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;
using SkiaSharp;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Frames;

public sealed class FolderSourceTests : IDisposable
{
    private static readonly InputSpec Target = new(16, 12, 3, InputSpec.BilinearHalfPixel);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-images-");
    private readonly BackboneBench _bench = new();
    private readonly byte[] _frame = new byte[16 * 12 * 3];

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Png_OfTheNativeSize_ComesThroughUnchanged_AnotherSizeResampled_InTheOrderOfNames()
    {
        var native = Image("b.png", 16, 12, 1, SKEncodedImageFormat.Png);
        var wide = Image("a.png", 40, 9, 2, SKEncodedImageFormat.Png);
        await using var source = Open();

        Assert.True(await NextAsync(source));
        var expected = new byte[_frame.Length];
        new FrameResampler(Target).Resample(wide, 40, 9, expected);
        Assert.Equal(expected, _frame);
        Assert.True(await NextAsync(source));
        Assert.Equal(native, _frame);
        Assert.False(await NextAsync(source));
    }

    [Fact]
    public async Task Jpeg_IsReadAsItsPixels()
    {
        using var grey = new SKBitmap(new SKImageInfo(32, 24, SKColorType.Rgba8888, SKAlphaType.Opaque));
        grey.Erase(new SKColor(200, 100, 50));
        Save(grey, "a.JPG", SKEncodedImageFormat.Jpeg);
        await using var source = Open();

        Assert.True(await NextAsync(source));
        for (var i = 0; i < _frame.Length; i += 3)
        {
            Assert.InRange(_frame[i], 195, 205);
            Assert.InRange(_frame[i + 1], 95, 105);
            Assert.InRange(_frame[i + 2], 45, 55);
        }
    }

    [Fact]
    public async Task BadImages_AreSkippedAndCounted_GoodOnesGoOn()
    {
        var good = Image("m.png", 16, 12, 1, SKEncodedImageFormat.Png);
        Image("z.png", 64, 64, 2, SKEncodedImageFormat.Png);
        var cut = Path.Combine(_folder.FullName, "z.png");
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^2000]);
        File.WriteAllText(Path.Combine(_folder.FullName, "a.png"), "this is no image");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "b.jpeg"), []);
        File.WriteAllText(Path.Combine(_folder.FullName, "readme.txt"), "not looked at");
        await using var source = Open();

        Assert.True(await NextAsync(source));
        Assert.Equal(good, _frame);
        Assert.False(await NextAsync(source));
        Assert.Equal(3, _bench.Counters.Unreadable);
    }

    [Fact]
    public async Task Repeat_BeginsAnew_AndEndsWhenNothingCanBeReadAnyMore()
    {
        Image("a.png", 16, 12, 1, SKEncodedImageFormat.Png);
        await using var source = Open(repeat: true);
        for (var n = 0; n < 5; n++)
        {
            Assert.True(await NextAsync(source));
        }

        File.Delete(Path.Combine(_folder.FullName, "a.png"));

        var failed = await Assert.ThrowsAsync<FrameSourceException>(() => NextAsync(source));
        Assert.Contains(_folder.FullName, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_ThatIsMissingOrHoldsNoImage_IsRefusedByName()
    {
        Assert.Contains(_folder.FullName, Assert.Throws<FrameSourceException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Contains("--folder", Assert.Throws<FrameSourceException>(() => Open(path: "")).Message, StringComparison.Ordinal);
        Assert.Contains("/no/such", Assert.Throws<FrameSourceException>(() => Open(path: "/no/such")).Message, StringComparison.Ordinal);
    }

    private FolderSource Open(bool repeat = false, string? path = null) => new(
        new FolderOptions { Path = path ?? _folder.FullName, Repeat = repeat }, Target, new FramePacer(0, TimeProvider.System), _bench.Counters, NullLogger<FolderSource>.Instance);

    private Task<bool> NextAsync(FolderSource source) => source.NextAsync(0, _frame, TestContext.Current.CancellationToken).AsTask();

    private byte[] Image(string name, int width, int height, int seed, SKEncodedImageFormat format)
    {
        var random = new Random(seed);
        var rgb = new byte[width * height * 3];
        random.NextBytes(rgb);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var i = 0; i < width * height; i++)
        {
            bitmap.SetPixel(i % width, i / width, new SKColor(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]));
        }

        Save(bitmap, name, format);
        return rgb;
    }

    private void Save(SKBitmap bitmap, string name, SKEncodedImageFormat format)
    {
        using var file = File.Create(Path.Combine(_folder.FullName, name));
        Assert.True(bitmap.Encode(file, format, 95));
    }
}
