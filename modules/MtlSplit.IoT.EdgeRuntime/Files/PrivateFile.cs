using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.EdgeRuntime.Files;

/// <summary>Files that their owner alone may read, from their first byte on, and that are replaced whole.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the file; survives a power cut when it returns.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var next = path + AtomicFile.NewSuffix;
        // The mode counts only for a file that is new.
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(next, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        DiskFileSystem.Instance.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads the file; null where there is none.</summary>
    public static byte[]? Read(string path) => AtomicFile.Read(DiskFileSystem.Instance, path);

    /// <summary>Makes a folder that its owner alone may enter.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
