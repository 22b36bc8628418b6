namespace MtlSplit.IoT.Storage.Files;

/// <summary>
/// The operations on files that durable state is made of, so few that a test can record them and replay every state a power cut may leave.
/// What is written counts only after <see cref="IFile.Sync"/>; a name that was created, renamed or deleted only after
/// <see cref="SyncDirectory"/> of its folder. Failures are the usual <see cref="IOException"/>s. Thread-safe; files are not.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="how">What to do if it is there or not.</param>
    IFile Open(string path, FileOpening how);

    /// <summary>Whether a file of this name is there.</summary>
    bool FileExists(string path);

    /// <summary>Whether a folder of this name is there.</summary>
    bool DirectoryExists(string path);

    /// <summary>Full paths of the files in a folder, by name; none where the folder is missing.</summary>
    IReadOnlyList<string> Files(string directory);

    /// <summary>Full paths of the folders in a folder, by name; none where the folder is missing.</summary>
    IReadOnlyList<string> Directories(string directory);

    /// <summary>Makes a folder and those above it, where missing.</summary>
    void CreateDirectory(string path);

    /// <summary>Deletes a file, if it is there.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a folder with everything in it, if it is there.</summary>
    void DeleteDirectory(string path);

    /// <summary>Renames a file, replacing what has the name, or a folder whose new name is free. In one step: no state between is ever seen.</summary>
    void Rename(string from, string to);

    /// <summary>Makes what was created, renamed and deleted in a folder survive a power cut.</summary>
    void SyncDirectory(string path);
}
