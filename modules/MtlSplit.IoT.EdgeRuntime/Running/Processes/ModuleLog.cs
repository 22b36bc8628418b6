using System.Text;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>
/// The files that modules write to. A module holds its file open and appends, so a rotation copies the file and then empties it: what is
/// written in between is lost.
/// </summary>
internal static class ModuleLog
{
    // What GetModuleLogs may answer is 128 KiB.
    private const int MostBytes = 96 * 1024;

    /// <summary>Rotates a file that has become too long.</summary>
    public static void Rotate(string file, long limit, int keep)
    {
        var info = new FileInfo(file);
        if (!info.Exists || info.Length <= limit)
        {
            return;
        }

        for (var i = keep; i > 1; i--)
        {
            if (File.Exists($"{file}.{i - 1}"))
            {
                File.Move($"{file}.{i - 1}", $"{file}.{i}", overwrite: true);
            }
        }

        if (keep > 0)
        {
            File.Copy(file, $"{file}.1", overwrite: true);
        }

        using var emptied = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        emptied.SetLength(0);
    }

    /// <summary>The end of a file, in whole lines.</summary>
    public static async Task<string> TailAsync(string file, int? lines, CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            return "";
        }

        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var cut = stream.Length > MostBytes;
        stream.Position = cut ? stream.Length - MostBytes : 0;
        var buffer = new byte[MostBytes];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        var text = Encoding.UTF8.GetString(buffer.AsSpan(0, read));
        if (cut)
        {
            text = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        }

        if (lines is not { } count)
        {
            return text;
        }

        var from = text.EndsWith('\n') ? text.Length - 1 : text.Length;
        for (var i = 0; i < count && from > 0; i++)
        {
            from = text.LastIndexOf('\n', from - 1);
            if (from < 0)
            {
                return text;
            }
        }

        return count == 0 ? "" : text[(from + 1)..];
    }
}
