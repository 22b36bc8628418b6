using SkiaSharp;

namespace MtlSplit.IoT.Training.Pictures;

/// <summary>Bytes of an image (RGB, rows from the top) as the drawing library knows them.</summary>
internal static class RgbImage
{
    /// <summary>Copies an image.</summary>
    public static SKImage Create(ReadOnlySpan<byte> rgb, int width, int height)
    {
        var rgba = new byte[width * height * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], byte.MaxValue);
        }

        return SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
    }

    /// <summary>Writes an image as PNG, which loses nothing.</summary>
    public static void WritePng(this SKImage image, string path)
    {
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        data.SaveTo(file);
    }
}
