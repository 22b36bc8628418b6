namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>The check sum that ZIP wants (CRC-32 of IEEE 802.3). Other tools look at it; here digests are what counts.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Reads a stream to its end.</summary>
    public static uint Of(Stream content)
    {
        var buffer = new byte[64 * 1024];
        var crc = uint.MaxValue;
        content.Position = 0;
        for (int count; (count = content.Read(buffer)) > 0;)
        {
            foreach (var b in buffer.AsSpan(0, count))
            {
                crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
            }
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
