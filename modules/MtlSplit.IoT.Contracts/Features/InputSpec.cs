namespace MtlSplit.IoT.Contracts.Features;

/// <summary>The frame that a backbone reads: unsigned bytes, RGB, rows from the top, channels last.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">Channels per pixel: 3, red green blue.</param>
/// <param name="Resampling">How a frame of another size becomes one of this size: <see cref="BilinearHalfPixel"/>.</param>
public sealed record InputSpec(int Width, int Height, int Channels, string Resampling)
{
    /// <summary>Bilinear interpolation, pixel centres at one half, edges clamped.</summary>
    public const string BilinearHalfPixel = "bilinear-half-pixel";

    /// <summary>Bytes of one frame.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Length => Width * Height * Channels;
}
