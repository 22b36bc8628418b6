using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Registry.Storing;

/// <summary>A folder whose files are replaced whole and survive a power cut, with the folders that lead to them.</summary>
/// <param name="files">Where.</param>
/// <param name="root">Full path of the folder. What is above it is the caller's.</param>
internal sealed class DurableFolder(IFileSystem files, string root)
{
    /// <summary>Full path.</summary>
    public string Root { get; } = root;

    /// <summary>Writes a file, or replaces it.</summary>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        Create(Path.GetDirectoryName(path)!);
        AtomicFile.Replace(files, path, content);
    }

    /// <summary>Reads a file; null where there is none.</summary>
    public byte[]? Read(string path) => AtomicFile.Read(files, path);

    /// <summary>Makes a folder below the root, and the root. It is there after a power cut too.</summary>
    public void Create(string folder)
    {
        if (files.DirectoryExists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        if (folder == Root)
        {
            files.CreateDirectory(folder);
        }
        else
        {
            Create(parent);
            files.CreateDirectory(folder);
        }

        if (files.DirectoryExists(parent))
        {
            files.SyncDirectory(parent);
        }
    }

    /// <summary>Deletes a file, if it is there. It may be back after a power cut until its folder is synced.</summary>
    public void Delete(string path) => files.DeleteFile(path);

    /// <summary>Makes deletions in a folder last.</summary>
    public void Sync(string folder) => files.SyncDirectory(folder);

    /// <summary>Whether a file is there.</summary>
    public bool Exists(string path) => files.FileExists(path);

    /// <summary>The files in a folder whose names end so, by name.</summary>
    public IEnumerable<string> Files(string folder, string suffix = "") => files.Files(folder).Where(file => file.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>The folders in a folder, by name.</summary>
    public IReadOnlyList<string> Folders(string folder) => files.Directories(folder);

    /// <summary>Every file below a folder, by path.</summary>
    public IEnumerable<string> Below(string folder) => files.Files(folder).Concat(files.Directories(folder).SelectMany(Below));

    /// <summary>A file's length.</summary>
    public long LengthOf(string path)
    {
        using var file = files.Open(path, FileOpening.Read);
        return file.Length;
    }
}
