using System.Numerics;
using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Storage.Journals;

/// <summary>CRC-32C (Castagnoli), by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of nothing, to go on from.</summary>
    public const uint Start = uint.MaxValue;

    // The instruction takes three cycles and one can begin in each: long stretches are taken as three lanes side by side.
    private const int LaneWords = 64;
    private const int Lane = LaneWords * sizeof(ulong);

    private static readonly uint[] PastALane = MakePastALane();

    /// <summary>Goes on with more bytes.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        if (BitConverter.IsLittleEndian)
        {
            while (bytes.Length >= 3 * Lane)
            {
                state = AppendLanes(state, MemoryMarshal.Cast<byte, ulong>(bytes[..(3 * Lane)]));
                bytes = bytes[(3 * Lane)..];
            }

            var words = MemoryMarshal.Cast<byte, ulong>(bytes);
            foreach (var word in words)
            {
                state = BitOperations.Crc32C(state, word);
            }

            bytes = bytes[(words.Length * sizeof(ulong))..];
        }

        foreach (var one in bytes)
        {
            state = BitOperations.Crc32C(state, one);
        }

        return state;
    }

    /// <summary>The checksum itself.</summary>
    public static uint Finish(uint state) => ~state;

    /// <summary>The checksum of these bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Finish(Append(Start, bytes));

    private static uint AppendLanes(uint state, ReadOnlySpan<ulong> words)
    {
        var first = words[..LaneWords];
        var second = words[LaneWords..(2 * LaneWords)];
        var third = words[(2 * LaneWords)..];
        var (a, b, c) = (state, 0u, 0u);
        for (var i = 0; i < LaneWords; i++)
        {
            a = BitOperations.Crc32C(a, first[i]);
            b = BitOperations.Crc32C(b, second[i]);
            c = BitOperations.Crc32C(c, third[i]);
        }

        return Shift(Shift(a) ^ b) ^ c;
    }

    // The state after a lane of zeros. It is linear: the state of data is that of its start, shifted, and that of its end from zero, together.
    private static uint Shift(uint state) =>
        PastALane[state & 255] ^ PastALane[256 + ((state >> 8) & 255)] ^ PastALane[512 + ((state >> 16) & 255)] ^ PastALane[768 + (state >> 24)];

    private static uint[] MakePastALane()
    {
        var table = new uint[1024];
        for (var at = 0; at < table.Length; at++)
        {
            var state = (uint)(at & 255) << (at / 256 * 8);
            for (var i = 0; i < LaneWords; i++)
            {
                state = BitOperations.Crc32C(state, 0ul);
            }

            table[at] = state;
        }

        return table;
    }
}
