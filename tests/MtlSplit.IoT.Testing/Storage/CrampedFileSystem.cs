using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Testing.Storage;

/// <summary>A disk with little room: a write that needs more fails as a full disk does, having written what fitted. Thread-safe.</summary>
public sealed class CrampedFileSystem(IFileSystem inner) : IFileSystem
{
    // What a full disk is to Linux.
    private const int NoSpace = 28;

    private long _room = long.MaxValue;

    /// <summary>Bytes that may still be written. Deleting gives nothing back: others take it.</summary>
    public long Room
    {
        get => Interlocked.Read(ref _room);
        set => Interlocked.Exchange(ref _room, value);
    }

    public IFile Open(string path, FileOpening how) => new CrampedFile(this, inner.Open(path, how));

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public IReadOnlyList<string> Files(string directory) => inner.Files(directory);

    public IReadOnlyList<string> Directories(string directory) => inner.Directories(directory);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void SyncDirectory(string path) => inner.SyncDirectory(path);

    private sealed class CrampedFile(CrampedFileSystem owner, IFile file) : IFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> into, long at) => file.Read(into, at);

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            var more = Math.Max(0, at + bytes.Length - file.Length);
            var left = Interlocked.Add(ref owner._room, -more);
            if (left >= 0)
            {
                file.Write(bytes, at);
                return;
            }

            owner.Room = 0;
            file.Write(bytes[..(int)Math.Max(0, bytes.Length + left)], at);
            throw new IOException("No space left on device (simulated).", NoSpace);
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Sync() => file.Sync();

        public void Dispose() => file.Dispose();
    }
}
