using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Inference.Frames;

/// <summary>
/// Brings frames to a backbone's size as contracts mean by <c>bilinear-half-pixel</c>: output pixel x lies at
/// (x + 1/2) · source width / width - 1/2, between its two neighbours, edges clamped, rows alike; four pixels are mixed, also
/// when shrinking. All in integers with weights of 1/2048, so every machine gives the same bytes. Nothing is allocated while
/// sources keep their size. One caller at a time.
/// </summary>
/// <param name="target">The size to bring frames to.</param>
public sealed class FrameResampler(InputSpec target)
{
    /// <summary>The longest side of a source, in pixels.</summary>
    public const int MaxSide = 16384;

    private const int WeightBits = 11;
    private const int One = 1 << WeightBits;
    private const int Channels = 3;

    private readonly int _width = target.Width;
    private readonly int _height = target.Height;
    private readonly Tap[] _columns = new Tap[target.Width];
    private readonly Tap[] _rows = new Tap[target.Height];
    private (int Width, int Height) _source;

    private readonly record struct Tap(int First, int Second, int WeightOfSecond);

    /// <summary>Resamples one frame.</summary>
    /// <param name="source">RGB, rows from the top: width × height × 3 bytes.</param>
    /// <param name="width">The source's width in pixels.</param>
    /// <param name="height">The source's height in pixels.</param>
    /// <param name="destination">Where the frame goes: exactly the target's size.</param>
    /// <exception cref="ArgumentException">A size is out of range, or does not fit the bytes.</exception>
    public void Resample(ReadOnlySpan<byte> source, int width, int height, Span<byte> destination)
    {
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || source.Length != width * height * Channels)
        {
            throw new ArgumentException($"{source.Length} bytes are no RGB frame of {width} by {height} pixels, each side 1 to {MaxSide}.", nameof(source));
        }

        if (destination.Length != _width * _height * Channels)
        {
            throw new ArgumentException($"The destination holds {destination.Length} bytes, not {_width * _height * Channels}.", nameof(destination));
        }

        if ((width, height) == (_width, _height))
        {
            source.CopyTo(destination);
            return;
        }

        if (_source != (width, height))
        {
            Place(_columns, width, Channels);
            Place(_rows, height, width * Channels);
            _source = (width, height);
        }

        var output = 0;
        foreach (var row in _rows)
        {
            var upper = source[row.First..];
            var lower = source[row.Second..];
            foreach (var column in _columns)
            {
                for (var channel = 0; channel < Channels; channel++)
                {
                    var (left, right) = (column.First + channel, column.Second + channel);
                    var above = (upper[left] * (One - column.WeightOfSecond)) + (upper[right] * column.WeightOfSecond);
                    var below = (lower[left] * (One - column.WeightOfSecond)) + (lower[right] * column.WeightOfSecond);
                    var sum = (above * (One - row.WeightOfSecond)) + (below * row.WeightOfSecond);
                    destination[output++] = (byte)((sum + (1 << ((2 * WeightBits) - 1))) >> (2 * WeightBits));
                }
            }
        }
    }

    private static void Place(Tap[] taps, int sourceSide, int stride)
    {
        for (var i = 0; i < taps.Length; i++)
        {
            // (i + 1/2) · source / side - 1/2 in units of 1/2048, rounded to nearest.
            var position = ((((2L * i) + 1) * sourceSide) - taps.Length) << WeightBits;
            position = FloorDivide(position + taps.Length, 2L * taps.Length);
            var clamped = Math.Clamp(position, 0, (sourceSide - 1L) << WeightBits);
            var first = (int)(clamped >> WeightBits);
            taps[i] = new Tap(first * stride, Math.Min(first + 1, sourceSide - 1) * stride, (int)(clamped & (One - 1)));
        }
    }

    private static long FloorDivide(long dividend, long divisor) =>
        (dividend / divisor) - (dividend % divisor < 0 ? 1 : 0);
}
