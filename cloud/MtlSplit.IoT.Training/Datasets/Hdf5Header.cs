using System.Buffers.Binary;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>The first bytes of an HDF5 file (its superblock), which tell whether it is one and how long it should be.</summary>
internal static class Hdf5Header
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>What is wrong with a file, or null.</summary>
    public static string? FaultOf(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[64];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read < Signature.Length || !head.StartsWith(Signature))
        {
            return "is not an HDF5 file";
        }

        if (read < head.Length)
        {
            return $"is cut off: it ends after {read} bytes";
        }

        // Where the end-of-file address stands, by version; addresses of eight bytes are the only ones in use.
        var at = head[8] switch { 0 => 40, 1 => 44, 2 or 3 => 28, _ => -1 };
        var sizeAt = head[8] <= 1 ? 13 : 9;
        if (at < 0 || head[sizeAt] != 8)
        {
            return null;
        }

        var end = BinaryPrimitives.ReadUInt64LittleEndian(head[at..]);
        return end > (ulong)file.Length ? $"is cut off: {file.Length:N0} of its {end:N0} bytes are there" : null;
    }
}
