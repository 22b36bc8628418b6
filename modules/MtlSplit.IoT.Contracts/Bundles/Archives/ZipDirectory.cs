using System.Buffers.Binary;
using System.Text;

namespace MtlSplit.IoT.Contracts.Bundles.Archives;

/// <summary>
/// Reads an archive's directory and refuses everything that bundles have no use for: encryption, ZIP64, several disks, links, special
/// files, folders, odd names, names that stand twice, entries that overlap or lie elsewhere than the directory says. What it reads is bounded
/// before it is read.
/// </summary>
internal static class ZipDirectory
{
    /// <summary>Reads it.</summary>
    /// <param name="archive">The archive; seekable.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="mostEntries">More are too many.</param>
    public static IReadOnlyList<ZipEntry> Read(Stream archive, string name, int mostEntries)
    {
        var (count, at, length) = FindDirectory(archive, name);
        if (count > mostEntries)
        {
            throw new BundleException(BundleFault.TooLarge, name, $"it holds {count} files; {mostEntries} are the most");
        }

        // A name that is no plain path is far shorter than what this allows for, so nothing is refused here that would not be below.
        if (length > count * 2048L)
        {
            throw new BundleException(BundleFault.TooLarge, name, $"its directory has {length} bytes for {count} files");
        }

        var directory = new byte[length];
        ReadExactly(archive, name, at, directory);
        var entries = new List<ZipEntry>(count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var rest = directory.AsSpan();
        for (var i = 0; i < count; i++)
        {
            var entry = ReadEntry(name, ref rest);
            if (!names.Add(entry.Path))
            {
                throw new BundleException(BundleFault.DuplicateFile, name, $"'{entry.Path}' is in it twice");
            }

            entries.Add(entry);
        }

        return rest.IsEmpty ? Locate(archive, name, entries, at) : throw new BundleException(BundleFault.NotAnArchive, name, "its directory is longer than its entries");
    }

    private static (int Count, long At, long Length) FindDirectory(Stream archive, string name)
    {
        var tail = new byte[Math.Min(archive.Length, ZipFormat.EndLength + ZipFormat.LongestComment)];
        ReadExactly(archive, name, archive.Length - tail.Length, tail);
        for (var i = tail.Length - ZipFormat.EndLength; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (U32(end, 0) != ZipFormat.End || i + ZipFormat.EndLength + U16(end, 20) != tail.Length)
            {
                continue;
            }

            var (disk, directoryDisk, here, count, length, at) = (U16(end, 4), U16(end, 6), U16(end, 8), U16(end, 10), U32(end, 12), U32(end, 16));
            if (disk != 0 || directoryDisk != 0 || here != count || count == ushort.MaxValue || length == uint.MaxValue || at == uint.MaxValue)
            {
                throw new BundleException(BundleFault.NotAnArchive, name, "it is in several parts or in ZIP64, which bundles are not");
            }

            var endAt = archive.Length - tail.Length + i;
            return at + length == endAt ? (count, at, length)
                : at + length > endAt ? throw new BundleException(BundleFault.Truncated, name, $"{at + length - endAt} bytes of it are missing")
                : throw new BundleException(BundleFault.NotAnArchive, name, $"{endAt - at - length} bytes of it belong to nothing");
        }

        Span<byte> head = stackalloc byte[4];
        archive.Position = 0;
        throw archive.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && U32(head, 0) == ZipFormat.LocalHeader
            ? new BundleException(BundleFault.Truncated, name, $"it ends after {archive.Length} bytes, before its directory")
            : new BundleException(BundleFault.NotAnArchive, name, "it is no ZIP archive");
    }

    private static ZipEntry ReadEntry(string name, ref Span<byte> rest)
    {
        if (rest.Length < ZipFormat.DirectoryHeaderLength || U32(rest, 0) != ZipFormat.DirectoryHeader)
        {
            throw new BundleException(BundleFault.NotAnArchive, name, "its directory is damaged");
        }

        var (flags, method, packed, bytes) = (U16(rest, 8), U16(rest, 10), U32(rest, 20), U32(rest, 24));
        var (nameLength, extraLength, commentLength) = (U16(rest, 28), U16(rest, 30), U16(rest, 32));
        var (host, attributes, header) = (rest[5], U32(rest, 38), U32(rest, 42));
        var length = ZipFormat.DirectoryHeaderLength + nameLength + extraLength + commentLength;
        if (rest.Length < length)
        {
            throw new BundleException(BundleFault.NotAnArchive, name, "its directory is damaged");
        }

        var path = Encoding.Latin1.GetString(rest.Slice(ZipFormat.DirectoryHeaderLength, nameLength));
        rest = rest[length..];
        CheckKind(name, path, host, attributes);
        if (!PlainPath.IsValid(path))
        {
            throw new BundleException(BundleFault.BadPath, name, $"'{PlainPath.ForPeople(path)}' is not a plain path below the bundle's folder");
        }

        if ((flags & ~ZipFormat.HarmlessFlags) != 0 || method is not (ZipFormat.Stored or ZipFormat.Deflated))
        {
            throw new BundleException(BundleFault.NotAnArchive, name, $"'{path}' is encrypted or packed in a way that bundles are not (method {method}, flags {flags:x4})");
        }

        if (packed == uint.MaxValue || bytes == uint.MaxValue || header == uint.MaxValue || (method == ZipFormat.Stored && packed != bytes))
        {
            throw new BundleException(BundleFault.NotAnArchive, name, $"the sizes of '{path}' make no sense");
        }

        return new ZipEntry(path, method, packed, bytes, header);
    }

    private static void CheckKind(string name, string path, byte host, uint attributes)
    {
        var type = (int)(attributes >> 16) & ZipFormat.FileTypeMask;
        var special = host is ZipFormat.Unix or ZipFormat.OsX ? type is not (0 or ZipFormat.PlainFile) : type == ZipFormat.SymbolicLink || (attributes & ZipFormat.WindowsReparsePoint) != 0;
        if (special && !path.EndsWith('/'))
        {
            throw new BundleException(BundleFault.Link, name, $"'{PlainPath.ForPeople(path)}' is a link or another file that is not plain (mode {Convert.ToString(type, 8)})");
        }

        if (path.EndsWith('/') || (attributes & ZipFormat.WindowsDirectory) != 0)
        {
            throw new BundleException(BundleFault.UnlistedFile, name, $"'{PlainPath.ForPeople(path)}' is a folder; bundles list files only");
        }
    }

    /// <summary>Finds where every entry's data lies, and that no two of them and nothing else lie there.</summary>
    private static List<ZipEntry> Locate(Stream archive, string name, List<ZipEntry> entries, long directoryAt)
    {
        var located = new List<ZipEntry>(entries.Count);
        var free = 0L;
        var header = new byte[ZipFormat.LocalHeaderLength];
        foreach (var entry in entries.OrderBy(e => e.Header))
        {
            if (entry.Header + ZipFormat.LocalHeaderLength > directoryAt)
            {
                throw new BundleException(BundleFault.Truncated, name, $"'{entry.Path}' should begin at {entry.Header}, behind all files");
            }

            ReadExactly(archive, name, entry.Header, header);
            var path = new byte[U16(header, 26)];
            var data = entry.Header + ZipFormat.LocalHeaderLength + path.Length + U16(header, 28);
            if (U32(header, 0) != ZipFormat.LocalHeader || data + entry.Packed > directoryAt)
            {
                throw new BundleException(BundleFault.Truncated, name, $"'{entry.Path}' does not lie where the directory says");
            }

            ReadExactly(archive, name, entry.Header + ZipFormat.LocalHeaderLength, path);
            if (Encoding.Latin1.GetString(path) != entry.Path || U16(header, 8) != entry.Method || entry.Header < free)
            {
                throw new BundleException(BundleFault.NotAnArchive, name, $"'{entry.Path}' shares its place with another file, or is called otherwise there");
            }

            free = data + entry.Packed;
            located.Add(entry with { Data = data });
        }

        return located;
    }

    private static void ReadExactly(Stream archive, string name, long at, byte[] into)
    {
        archive.Position = at;
        if (archive.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
        {
            throw new BundleException(BundleFault.Truncated, name, $"it ends before {at + into.Length}");
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
