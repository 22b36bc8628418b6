using System.Text;

namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>The lines of a text file as bytes, whatever they hold, with memory for one line at a time.</summary>
internal static class TextLines
{
    /// <summary>The longest line, in bytes.</summary>
    public const int MaxLength = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. A byte order mark of UTF-8 is passed over.</summary>
    /// <exception cref="SampleStoreException">It begins as UTF-16 or UTF-32 does.</exception>
    public static IEnumerable<TextLine> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        SkipMark(file, path);
        var line = new MemoryStream();
        var (number, tooLong, any) = (1, false, false);
        for (var next = file.ReadByte(); next >= 0; next = file.ReadByte())
        {
            if (next == '\n')
            {
                yield return new TextLine(number++, Ended(line), tooLong);
                line.SetLength(0);
                (tooLong, any) = (false, false);
                continue;
            }

            any = true;
            if (line.Length < MaxLength)
            {
                line.WriteByte((byte)next);
            }
            else
            {
                tooLong = true;
            }
        }

        if (any)
        {
            yield return new TextLine(number, Ended(line), tooLong);
        }
    }

    /// <summary>The text of bytes that are UTF-8 to the last one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.UTF8.GetString(bytes);
            return false;
        }
    }

    private static byte[] Ended(MemoryStream line)
    {
        var bytes = line.ToArray();
        return bytes is [.. var before, (byte)'\r'] ? before : bytes;
    }

    private static void SkipMark(FileStream file, string path)
    {
        Span<byte> start = stackalloc byte[4];
        var read = file.ReadAtLeast(start, 4, throwOnEndOfStream: false);
        start = start[..read];
        if (start.StartsWith<byte>([0xFF, 0xFE]) || start.StartsWith<byte>([0xFE, 0xFF]) || start.StartsWith<byte>([0, 0, 0xFE, 0xFF]))
        {
            throw new SampleStoreException($"{path}: it is UTF-16 or UTF-32; label files are UTF-8.");
        }

        file.Position = start.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? 3 : 0;
    }
}
