namespace MtlSplit.IoT.Storage.Files;

/// <summary>
/// The machine's own file system. Paths are full paths. Where the system is not Linux, <see cref="SyncDirectory"/> does nothing: Windows
/// has no such call, and NTFS keeps names in its own journal. Thread-safe.
/// </summary>
public sealed class DiskFileSystem : IFileSystem
{
    private DiskFileSystem()
    {
    }

    /// <summary>The one there is.</summary>
    public static DiskFileSystem Instance { get; } = new();

    /// <inheritdoc/>
    public IFile Open(string path, FileOpening how)
    {
        var (mode, access) = how switch
        {
            FileOpening.Read => (FileMode.Open, FileAccess.Read),
            FileOpening.Create => (FileMode.Create, FileAccess.ReadWrite),
            FileOpening.OpenOrCreate => (FileMode.OpenOrCreate, FileAccess.ReadWrite),
            _ => throw new ArgumentOutOfRangeException(nameof(how), how, "No way to open a file."),
        };

        // Readers and the one writer of a file have handles of their own; an open file may be deleted.
        return new DiskFile(File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete));
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Files(string directory) => Directory.Exists(directory) ? Sorted(Directory.GetFiles(directory)) : [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Directories(string directory) => Directory.Exists(directory) ? Sorted(Directory.GetDirectories(directory)) : [];

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path) => DirectorySync.Run(path);

    private static string[] Sorted(string[] paths)
    {
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }
}
