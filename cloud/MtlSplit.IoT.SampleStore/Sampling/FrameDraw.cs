using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.SampleStore.Sampling;

/// <summary>
/// Draws a frame's two random numbers from a keyed hash of its id: the same ones after redelivery, after a crash and in every recorder with the same key.
/// Safe for several threads.
/// </summary>
/// <param name="key">The key.</param>
internal sealed class FrameDraw(string key)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <summary>Two independent numbers, at least 0 and below 1: one decides the stream, one whether the need stream keeps the frame.</summary>
    public (double Stream, double Need) Of(FrameId frame)
    {
        Span<byte> id = stackalloc byte[FrameId.Size];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        frame.Write(id);
        HMACSHA256.HashData(_key, id, hash);
        return (Unit(hash), Unit(hash[8..]));
    }

    // The upper 53 bits, as many as a double holds.
    private static double Unit(ReadOnlySpan<byte> bits) => (BinaryPrimitives.ReadUInt64BigEndian(bits) >> 11) * (1.0 / (1UL << 53));
}
