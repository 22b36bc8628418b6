using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>
/// One file of a quarantine, <c>{number in 16 hexadecimal digits}.quarantine</c>: eight bytes that say what it is, then entries. Beside it
/// <c>….replayed</c> holds the offsets of the replayed ones. Only the process that made a segment appends to it.
/// </summary>
internal static class QuarantineSegment
{
    public const string Extension = ".quarantine";

    private const string MarksExtension = ".replayed";
    private const int MarkLength = 8;

    private static ReadOnlySpan<byte> Magic => "MTLQUAR2"u8;

    public static string PathOf(string folder, ulong number) =>
        Path.Combine(folder, number.ToString("x16", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The segments of a folder, oldest first.</summary>
    public static List<ulong> NumbersIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name.Length == 16)
            .Select(name => ulong.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0)
            .Order()];

    /// <summary>Begins a segment that nobody else has. The file's name is safe on disk with the first entry's flush: file systems that
    /// journal metadata write both.</summary>
    public static (ulong Number, SafeFileHandle Handle, long Length) Create(string folder, ulong number)
    {
        Directory.CreateDirectory(folder);
        while (true)
        {
            try
            {
                var handle = File.OpenHandle(PathOf(folder, number), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
                RandomAccess.Write(handle, Magic, 0);
                return (number, handle, Magic.Length);
            }
            catch (IOException) when (File.Exists(PathOf(folder, number)))
            {
                number++;
            }
        }
    }

    /// <summary>Reads the intact entries of a segment, and tells of what is not intact.</summary>
    public static IEnumerable<QuarantinedMessage> Read(string folder, ulong number, Action<QuarantineFault>? onFault)
    {
        var path = PathOf(folder, number);
        var replayed = Marks(path).ToHashSet();
        using var handle = Open(path);
        var end = RandomAccess.GetLength(handle);
        if (!IsSegment(handle))
        {
            onFault?.Invoke(new QuarantineFault(path, 0, end, "the file does not begin as a quarantine segment"));
            yield break;
        }

        for (long at = Magic.Length; at < end;)
        {
            var (entry, next, fault) = ReadEntry(handle, at, end);
            if (entry is not null)
            {
                yield return new QuarantinedMessage(new QuarantineId(number, at), entry, replayed.Contains(at));
            }
            else
            {
                onFault?.Invoke(new QuarantineFault(path, at, next - at, fault!));
            }

            at = next;
        }
    }

    /// <summary>One intact entry of a segment; null where none begins.</summary>
    public static QuarantinedMessage? ReadAt(string folder, QuarantineId id)
    {
        var path = PathOf(folder, id.Segment);
        using var handle = Open(path);
        var end = RandomAccess.GetLength(handle);
        if (id.Offset < Magic.Length || id.Offset >= end || !IsSegment(handle))
        {
            return null;
        }

        return ReadEntry(handle, id.Offset, end).Entry is { } entry
            ? new QuarantinedMessage(id, entry, Marks(path).AsSpan().Contains(id.Offset))
            : null;
    }

    /// <summary>Remembers durably that an entry was replayed.</summary>
    public static void MarkReplayed(string folder, QuarantineId id)
    {
        using var marks = new FileStream(PathOf(folder, id.Segment) + MarksExtension, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

        // A torn mark at the end is overwritten.
        marks.Position = marks.Length - (marks.Length % MarkLength);
        marks.Write(BitConverter.GetBytes(id.Offset));
        marks.Flush(flushToDisk: true);
    }

    /// <summary>Bytes of a segment and its marks.</summary>
    public static long SizeOf(string folder, ulong number)
    {
        var segment = new FileInfo(PathOf(folder, number));
        var marks = new FileInfo(segment.FullName + MarksExtension);
        return (segment.Exists ? segment.Length : 0) + (marks.Exists ? marks.Length : 0);
    }

    /// <summary>Deletes a segment unless its writer still has it.</summary>
    public static bool TryDelete(string folder, ulong number)
    {
        var path = PathOf(folder, number);
        try
        {
            // Opening it for oneself alone fails while another process writes it.
            using (File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                File.Delete(path);
            }
        }
        catch (IOException)
        {
            return false;
        }

        File.Delete(path + MarksExtension);
        return true;
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static bool IsSegment(SafeFileHandle handle)
    {
        Span<byte> magic = stackalloc byte[Magic.Length];
        return TryRead(handle, magic, 0) && magic.SequenceEqual(Magic);
    }

    /// <summary>The entry that begins somewhere, or what is wrong there; and where to go on.</summary>
    private static (QuarantineEntry? Entry, long Next, string? Fault) ReadEntry(SafeFileHandle handle, long at, long end)
    {
        Span<byte> header = stackalloc byte[QuarantineRecord.HeaderLength];
        var left = end - at - header.Length;
        var length = left >= 0 && TryRead(handle, header, at) ? QuarantineRecord.LengthOf(header) : -1;
        if (length <= 0 || length > left)
        {
            return (null, end, "the entry was not written to its end");
        }

        var body = new byte[length];
        var next = at + header.Length + length;
        if (!TryRead(handle, body, at + header.Length) || !QuarantineRecord.IsIntact(at, header, body))
        {
            return (null, next, "the entry's bytes do not match its hash");
        }

        try
        {
            return (QuarantineRecord.Decode(body), next, null);
        }
        catch (InvalidDataException e)
        {
            return (null, next, e.Message);
        }
    }

    /// <summary>The offsets of the entries that were replayed; a torn mark at the end is none.</summary>
    private static long[] Marks(string path)
    {
        if (!File.Exists(path + MarksExtension))
        {
            return [];
        }

        using var marks = Open(path + MarksExtension);
        var offsets = new long[RandomAccess.GetLength(marks) / MarkLength];
        return TryRead(marks, MemoryMarshal.AsBytes(offsets.AsSpan()), 0) ? offsets : [];
    }

    private static bool TryRead(SafeFileHandle handle, Span<byte> buffer, long at)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(handle, buffer, at);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
            at += read;
        }

        return true;
    }
}
