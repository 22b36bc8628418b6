using System.Globalization;

namespace MtlSplit.IoT.Storage.Files;

/// <summary>Lets one process at a time use a folder. Goes with the process, also when it is killed.</summary>
public sealed class FolderLock : IDisposable
{
    /// <summary>The file in the folder that is locked. It stays when the lock goes.</summary>
    public const string FileName = "lock";

    /// <summary>The file beside it that says who has the lock, or had it last: nobody else can read the locked one.</summary>
    public const string HolderFileName = "lock.holder";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; makes the folder where it is missing.</summary>
    /// <param name="folder">Full path.</param>
    /// <exception cref="FolderInUseException">Another process has it.</exception>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new FolderInUseException(folder, HolderOf(Path.Combine(folder, HolderFileName)), e);
        }

        Sign(Path.Combine(folder, HolderFileName));
        return new FolderLock(file);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void Sign(string path)
    {
        try
        {
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} ({Path.GetFileName(Environment.ProcessPath) ?? "?"})"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full. The lock holds without a name.
        }
    }

    private static string HolderOf(string path)
    {
        try
        {
            return File.ReadAllText(path) is { Length: > 0 } holder ? holder : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeld(IOException e) => (e.HResult & 0xffff) == (OperatingSystem.IsWindows() ? 32 : OperatingSystem.IsMacOS() ? 35 : 11);
}
