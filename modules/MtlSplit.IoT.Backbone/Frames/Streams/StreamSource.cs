using System.Buffers.Binary;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Frames;

namespace MtlSplit.IoT.Backbone.Frames.Streams;

/// <summary>
/// Frames from a stream of bytes, one after another: a header of eight bytes, then the pixels. The header, little-endian:
/// <c>uint32</c> bytes that follow it in this frame after the first four (4 + 3 · width · height), <c>uint16</c> width and
/// <c>uint16</c> height in pixels; then RGB, rows from the top. The stream ends between two frames; a length that does not fit
/// the size, or an end inside a frame, is an error, since what follows could not be told apart.
/// </summary>
/// <param name="stream">The stream; disposed with this.</param>
/// <param name="name">Its name in errors.</param>
/// <param name="target">The size that the contract asks for.</param>
internal sealed class StreamSource(Stream stream, string name, InputSpec target) : IFrameSource
{
    /// <summary>The header's length in bytes.</summary>
    public const int HeaderLength = 8;

    /// <summary>The longest frame in bytes, header excluded.</summary>
    public const int MaxPixelBytes = 64 << 20;

    private readonly FrameResampler _resampler = new(target);
    private readonly byte[] _header = new byte[HeaderLength];
    private byte[] _pixels = [];
    private long _position;

    public async ValueTask<bool> NextAsync(ulong number, Memory<byte> rgb, CancellationToken ct)
    {
        var read = await FillAsync(_header, ct);
        if (read == 0)
        {
            return false;
        }

        if (read < HeaderLength)
        {
            throw Fault(number, $"it ends after {read} of {HeaderLength} bytes of the header");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_header);
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(4)), BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(6)));
        var bytes = 3L * width * height;
        if (width is 0 or > FrameResampler.MaxSide || height is 0 or > FrameResampler.MaxSide || bytes > MaxPixelBytes)
        {
            throw Fault(number, $"its size is {width} x {height} pixels; each side may be 1 to {FrameResampler.MaxSide} and a frame {MaxPixelBytes} bytes at most");
        }

        if (length != bytes + 4)
        {
            throw Fault(number, $"its length is {length}, but {width} x {height} pixels need {bytes + 4}");
        }

        if (_pixels.Length != bytes)
        {
            _pixels = new byte[bytes];
        }

        read = await FillAsync(_pixels, ct);
        if (read < bytes)
        {
            throw Fault(number, $"it ends after {read} of {bytes} bytes of pixels");
        }

        _resampler.Resample(_pixels, width, height, rgb.Span);
        _position += HeaderLength + bytes;
        return true;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    // A read from a pipe cannot be cancelled; on a stop it is left behind, and the buffers with it.
    private async Task<int> FillAsync(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct).AsTask().WaitAsync(ct);
        }
        catch (IOException e)
        {
            throw new FrameSourceException($"{name}: {e.Message}", e);
        }
    }

    private FrameSourceException Fault(ulong number, string what) => new($"{name}: frame {number}, at byte {_position}: {what}.");
}
