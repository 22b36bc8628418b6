namespace MtlSplit.IoT.SampleStore.AppendLog;

/// <summary>
/// Reads segments, also one that another process is appending to: what is not whole yet is left out. A damaged record
/// costs itself and nothing after it.
/// </summary>
internal static class LogReader
{
    /// <summary>Hands every whole record of a segment over, in order.</summary>
    /// <exception cref="FileNotFoundException">The segment is gone; it has become partitions.</exception>
    public static LogScan Read(string path, Action<LogRecord> each)
    {
        var segment = ReadAll(path);
        long records = 0, skipped = 0;
        var offset = 0;
        while (offset < segment.Length)
        {
            if (LogFormat.TryRead(segment, offset, out var record, out var length))
            {
                each(record);
                records++;
                offset += length;
                continue;
            }

            var next = segment.Span[(offset + 1)..].IndexOf(LogFormat.Marker);
            var gap = next < 0 ? segment.Length - offset : next + 1;
            skipped += gap;
            offset += gap;
        }

        return new LogScan(records, skipped);
    }

    private static ReadOnlyMemory<byte> ReadAll(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[RandomAccess.GetLength(handle)];
        var read = 0;
        while (read < bytes.Length)
        {
            var count = RandomAccess.Read(handle, bytes.AsSpan(read), read);
            if (count == 0)
            {
                break;
            }

            read += count;
        }

        return bytes.AsMemory(0, read);
    }
}
