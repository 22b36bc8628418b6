using ZstdSharp.Unsafe;

namespace MtlSplit.IoT.Inference.Encoding;

/// <summary>
/// Compresses to and from Zstandard frames in one step between the caller's buffers. The engine's working memory is taken
/// once, at construction, and does not depend on what a frame claims. One caller at a time.
/// </summary>
internal sealed unsafe class ZstandardFrame : IDisposable
{
    private ZSTD_CCtx_s* _compressor;
    private ZSTD_DCtx_s* _decompressor;

    /// <summary>The most bytes a frame of so many bytes can take.</summary>
    public static int Bound(int length) => checked((int)Methods.ZSTD_compressBound((nuint)length));

    /// <summary>Compresses; the destination holds <see cref="Bound"/> bytes.</summary>
    /// <returns>The frame's length.</returns>
    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        if (_compressor is null)
        {
            _compressor = Methods.ZSTD_createCCtx();
        }

        fixed (byte* from = source, to = destination)
        {
            var written = Methods.ZSTD_compressCCtx(_compressor, to, (nuint)destination.Length, from, (nuint)source.Length, level);
            return Methods.ZSTD_isError(written)
                ? throw new InvalidOperationException($"Zstandard failed with code {Methods.ZSTD_getErrorCode(written)}.")
                : (int)written;
        }
    }

    /// <summary>Decompresses one frame that must fill the destination exactly.</summary>
    public DecodeFault Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (_decompressor is null)
        {
            _decompressor = Methods.ZSTD_createDCtx();
        }

        fixed (byte* from = source, to = destination)
        {
            if (source.IsEmpty || Methods.ZSTD_findFrameCompressedSize(from, (nuint)source.Length) != (nuint)source.Length)
            {
                return DecodeFault.Corrupt;
            }

            var claimed = Methods.ZSTD_getFrameContentSize(from, (nuint)source.Length);
            if (claimed < ulong.MaxValue - 1 && claimed != (ulong)destination.Length)
            {
                return DecodeFault.WrongLength;
            }

            var written = Methods.ZSTD_decompressDCtx(_decompressor, to, (nuint)destination.Length, from, (nuint)source.Length);
            if (Methods.ZSTD_isError(written))
            {
                return Methods.ZSTD_getErrorCode(written) == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall ? DecodeFault.WrongLength : DecodeFault.Corrupt;
            }

            return written == (nuint)destination.Length ? DecodeFault.None : DecodeFault.WrongLength;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~ZstandardFrame() => Free();

    private void Free()
    {
        Methods.ZSTD_freeCCtx(_compressor);
        Methods.ZSTD_freeDCtx(_decompressor);
        _compressor = null;
        _decompressor = null;
    }
}
