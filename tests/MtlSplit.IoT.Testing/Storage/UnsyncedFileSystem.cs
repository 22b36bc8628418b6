using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Testing.Storage;

/// <summary>A file system whose syncs do nothing: for tests that open thousands of folders and cut no power.</summary>
public sealed class UnsyncedFileSystem(IFileSystem inner) : IFileSystem
{
    public IFile Open(string path, FileOpening how) => new UnsyncedFile(inner.Open(path, how));

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public IReadOnlyList<string> Files(string directory) => inner.Files(directory);

    public IReadOnlyList<string> Directories(string directory) => inner.Directories(directory);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void SyncDirectory(string path)
    {
    }

    private sealed class UnsyncedFile(IFile file) : IFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> into, long at) => file.Read(into, at);

        public void Write(ReadOnlySpan<byte> bytes, long at) => file.Write(bytes, at);

        public void SetLength(long length) => file.SetLength(length);

        public void Sync()
        {
        }

        public void Dispose() => file.Dispose();
    }
}
