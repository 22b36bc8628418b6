namespace MtlSplit.IoT.Cli.Demo;

/// <summary>An archive in which one byte of a file is not what was signed, as a failing disk or a bad line makes it.</summary>
internal static class DamagedArchive
{
    private const int Recognised = 64;

    /// <summary>Writes the damaged copy of an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="content">A file that lies in it, as it is.</param>
    /// <param name="target">Where the copy goes.</param>
    /// <exception cref="DemoException">The file does not lie in it as it is.</exception>
    public static void Write(string archive, string content, string target)
    {
        var bytes = File.ReadAllBytes(archive);
        var file = File.ReadAllBytes(content);
        var at = bytes.AsSpan().IndexOf(file.AsSpan(0, Math.Min(Recognised, file.Length)));
        if (at < 0)
        {
            throw new DemoException($"{content} does not lie in {archive} as it is.");
        }

        bytes[at + (file.Length / 2)] ^= 1;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, bytes);
    }
}
