using MtlSplit.IoT.Inference.Frames;
using SkiaSharp;

namespace MtlSplit.IoT.Backbone.Frames.Folders;

/// <summary>
/// Decodes PNG and JPEG files to RGB into a buffer that is kept from file to file. Transparency is ignored, and so is a
/// camera's note on how it was held. One caller at a time.
/// </summary>
internal sealed class ImageFile
{
    /// <summary>Larger images are refused before anything is decoded.</summary>
    public const int MaxPixels = 64 << 20;

    private byte[] _rgba = [];
    private byte[] _rgb = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>The last image: RGB, rows from the top.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb.AsSpan(0, Width * Height * 3);

    /// <summary>Decodes a file. Returns what is wrong with it, or null.</summary>
    public string? Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var codec = SKCodec.Create(stream, out var opened);
            if (codec is null)
            {
                return $"not an image that can be decoded ({opened})";
            }

            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if (width is < 1 or > FrameResampler.MaxSide || height is < 1 or > FrameResampler.MaxSide || (long)width * height > MaxPixels)
            {
                return $"{width} x {height} pixels are too many";
            }

            return Decode(codec, width, height);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private unsafe string? Decode(SKCodec codec, int width, int height)
    {
        var pixels = width * height;
        Grow(ref _rgba, pixels * 4);
        Grow(ref _rgb, pixels * 3);
        fixed (byte* target = _rgba)
        {
            var result = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), (nint)target);
            if (result != SKCodecResult.Success)
            {
                return $"it is damaged ({result})";
            }
        }

        for (int from = 0, to = 0; to < pixels * 3; from += 4, to += 3)
        {
            _rgb[to] = _rgba[from];
            _rgb[to + 1] = _rgba[from + 1];
            _rgb[to + 2] = _rgba[from + 2];
        }

        (Width, Height) = (width, height);
        return null;
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }
    }
}
