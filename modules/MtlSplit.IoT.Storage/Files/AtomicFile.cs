namespace MtlSplit.IoT.Storage.Files;

/// <summary>Files that are replaced whole: whoever reads one, after whatever crash, finds the old content or the new one. Thread-safe for different paths.</summary>
public static class AtomicFile
{
    /// <summary>What is added to a file's name while its new content is written. A leftover is overwritten by the next replacement.</summary>
    public const string NewSuffix = ".new";

    /// <summary>Replaces a file, or makes it; its folder must be there. On return the new content survives a power cut.</summary>
    /// <param name="files">Where.</param>
    /// <param name="path">Full path.</param>
    /// <param name="content">All of the new content.</param>
    /// <exception cref="IOException">The disk is full or failed. The old content is still there.</exception>
    public static void Replace(IFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(files);
        var next = path + NewSuffix;
        using (var file = files.Open(next, FileOpening.Create))
        {
            file.Write(content, 0);

            // Before the rename: a name that points to content which a power cut takes is the one fault this is here to prevent.
            file.Sync();
        }

        files.Rename(next, path);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads a whole file; null where there is none.</summary>
    /// <param name="files">Where.</param>
    /// <param name="path">Full path.</param>
    /// <exception cref="IOException">It could not be read.</exception>
    public static byte[]? Read(IFileSystem files, string path)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (!files.FileExists(path))
        {
            return null;
        }

        using var file = files.Open(path, FileOpening.Read);
        var content = new byte[file.Length];
        return file.Read(content, 0) == content.Length ? content : throw new IOException($"{path} became shorter while it was read.");
    }
}
