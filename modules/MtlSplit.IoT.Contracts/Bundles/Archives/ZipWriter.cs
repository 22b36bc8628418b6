using System.Buffers.Binary;
using System.Text;

namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>
/// Writes a ZIP archive whose bytes depend on nothing but names and contents: files as they are (trained weights hardly compress, and
/// compressors differ by version), one date, one mode, the order in which they are added. One caller at a time.
/// </summary>
internal sealed class ZipWriter(Stream target) : IDisposable
{
    private const ushort Version = 10;
    private const uint Attributes = (ZipFormat.PlainFile | 0b110_100_100u) << 16;

    private readonly MemoryStream _directory = new();
    private ushort _count;
    private long _at;

    /// <summary>Adds a file.</summary>
    /// <param name="path">A plain path.</param>
    /// <param name="content">Its content; seekable, read twice.</param>
    public void Add(string path, Stream content)
    {
        var crc = Crc32.Of(content);
        var name = Encoding.ASCII.GetBytes(path);
        var length = checked((uint)content.Length);
        Span<byte> header = stackalloc byte[ZipFormat.DirectoryHeaderLength];
        // Both headers hold the same from the version that is needed up to the length of the name.
        BinaryPrimitives.WriteUInt32LittleEndian(header, ZipFormat.DirectoryHeader);
        header[4] = (byte)Version;
        header[5] = ZipFormat.Unix;
        var common = header.Slice(6, ZipFormat.LocalHeaderLength - 4);
        BinaryPrimitives.WriteUInt16LittleEndian(common, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(common[8..], ZipFormat.FirstDay);
        BinaryPrimitives.WriteUInt32LittleEndian(common[10..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(common[14..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(common[18..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(common[22..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[38..], Attributes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[42..], checked((uint)_at));
        _directory.Write(header);
        _directory.Write(name);
        _count++;

        Span<byte> signature = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, ZipFormat.LocalHeader);
        Write(signature);
        Write(common);
        Write(name);
        content.Position = 0;
        content.CopyTo(target);
        _at += length;
    }

    /// <summary>Writes the directory. Nothing is added after that.</summary>
    public void Finish()
    {
        Span<byte> end = stackalloc byte[ZipFormat.EndLength];
        BinaryPrimitives.WriteUInt32LittleEndian(end, ZipFormat.End);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], _count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], _count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], checked((uint)_directory.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], checked((uint)_at));
        _directory.WriteTo(target);
        target.Write(end);
    }

    public void Dispose() => _directory.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        target.Write(bytes);
        _at += bytes.Length;
    }
}
