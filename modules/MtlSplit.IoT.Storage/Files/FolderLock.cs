namespace MtlSplit.IoT.Storage.Files;

/// <summary>Lets one process at a time use a folder. Goes with the process, also when it is killed.</summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; makes the folder where it is missing.</summary>
    /// <param name="folder">Full path.</param>
    /// <exception cref="IOException">Another process has it, or the folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        return new FolderLock(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
