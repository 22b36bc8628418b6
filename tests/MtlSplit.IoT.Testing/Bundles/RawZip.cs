using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MtlSplit.IoT.Testing.Bundles;

/// <summary>Writes ZIP archives that no honest tool would: every number of the format can be a lie. One caller at a time.</summary>
public sealed class RawZip
{
    private readonly List<(RawZipEntry Entry, uint At)> _entries = [];
    private readonly List<byte> _bytes = [];

    /// <summary>Adds an entry as it says.</summary>
    public RawZip Add(RawZipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var at = entry.SharesHeaderWithFirst ? _entries[0].At : (uint)_bytes.Count;
        _entries.Add((entry, at));
        if (!entry.SharesHeaderWithFirst)
        {
            Header(entry, entry.LocalName ?? entry.Name, null);
            _bytes.AddRange(Packed(entry));
        }

        return this;
    }

    /// <summary>The archive.</summary>
    public byte[] ToArray()
    {
        var directory = (uint)_bytes.Count;
        foreach (var (entry, at) in _entries)
        {
            Header(entry, entry.Name, at);
        }

        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)_bytes.Count - directory);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), directory);
        _bytes.AddRange(end);
        return _bytes.ToArray();
    }

    private static byte[] Packed(RawZipEntry entry)
    {
        if (entry.Method != 8)
        {
            return entry.Content;
        }

        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(entry.Content);
        }

        var bytes = packed.ToArray();
        if (entry.Damaged)
        {
            // A kind of block that there is not.
            bytes[0] = 0x07;
        }

        return bytes;
    }

    private void Header(RawZipEntry entry, string called, uint? at)
    {
        var name = Encoding.Latin1.GetBytes(called);
        var common = new byte[26];
        common[0] = 20;
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(2), entry.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(4), entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(14), entry.Packed ?? (uint)Packed(entry).Length);
        BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(18), entry.Bytes ?? (uint)entry.Content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(22), (ushort)name.Length);
        var signature = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, at is null ? 0x04034b50u : 0x02014b50u);
        _bytes.AddRange(signature);
        if (at is { } header)
        {
            _bytes.AddRange([20, entry.Host]);
            var rest = new byte[14];
            BinaryPrimitives.WriteUInt32LittleEndian(rest.AsSpan(6), entry.Attributes);
            BinaryPrimitives.WriteUInt32LittleEndian(rest.AsSpan(10), header);
            _bytes.AddRange(common);
            _bytes.AddRange(rest);
        }
        else
        {
            _bytes.AddRange(common);
        }

        _bytes.AddRange(name);
    }
}
