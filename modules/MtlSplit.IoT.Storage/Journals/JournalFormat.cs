using System.Buffers.Binary;

namespace MtlSplit.IoT.Storage.Journals;

/// <summary>The bytes of a segment. Little-endian; the README of the project draws them.</summary>
internal static class JournalFormat
{
    /// <summary>Magic (8), first number (8), checksum of both (4).</summary>
    public const int SegmentHeader = 20;

    /// <summary>Marker (4), length of the payload (4), number (8), kind (4), checksum of these and the payload (4), checksum of all before (4).</summary>
    public const int RecordHeader = 28;

    /// <summary>No payload is longer, whatever a journal's size: a longer one is damage.</summary>
    public const int MaxPayload = 16 << 20;

    private const string Extension = ".segment";
    private const int Checked = 20;

    /// <summary>The first bytes of every record: where to look for the next one behind damage.</summary>
    public static ReadOnlySpan<byte> Marker => [0xE7, 0x4D, 0x4A, 0xB2];

    private static ReadOnlySpan<byte> Magic => "MTLJRNL1"u8;

    public static string FileName(ulong first) => $"{first:x16}{Extension}";

    /// <summary>Reads the name of a segment. Numbers beyond any that can be reached are not ours.</summary>
    public static bool TryParseName(string path, out ulong first)
    {
        var name = Path.GetFileName(path.AsSpan());
        first = 0;
        return name.Length == 16 + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal)
            && ulong.TryParse(name[..16], System.Globalization.NumberStyles.AllowHexSpecifier, null, out first) && first is > 0 and < 1UL << 62;
    }

    public static void WriteSegmentHeader(Span<byte> into, ulong first)
    {
        Magic.CopyTo(into);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(into[16..], Crc32C.Of(into[..16]));
    }

    public static bool IsSegmentHeader(ReadOnlySpan<byte> bytes, ulong first) =>
        bytes.Length >= SegmentHeader && bytes.StartsWith(Magic) && BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) == first
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) == Crc32C.Of(bytes[..16]);

    public static void WriteRecordHeader(Span<byte> into, ulong sequence, byte kind, ReadOnlySpan<byte> payload)
    {
        Marker.CopyTo(into);
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(into[16..], kind);
        BinaryPrimitives.WriteUInt32LittleEndian(into[20..], RecordChecksum(into, payload));
        BinaryPrimitives.WriteUInt32LittleEndian(into[24..], Crc32C.Of(into[..24]));
    }

    /// <summary>
    /// Reads a header. One of its own checksum tells a damaged payload, whose end is known, from a damaged header, and spares the checksum of
    /// a payload that is none.
    /// </summary>
    public static bool TryReadRecordHeader(ReadOnlySpan<byte> bytes, out ulong sequence, out byte kind, out int length)
    {
        (sequence, kind, length) = (0, 0, 0);
        if (bytes.Length < RecordHeader || !bytes.StartsWith(Marker) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) != Crc32C.Of(bytes[..24]))
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        sequence = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        kind = bytes[16];
        return length is >= 0 and <= MaxPayload && kind != 0;
    }

    /// <summary>Whether header and payload belong together and are as they were written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) == RecordChecksum(header, payload);

    private static uint RecordChecksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        Crc32C.Finish(Crc32C.Append(Crc32C.Append(Crc32C.Start, header[..Checked]), payload));
}
