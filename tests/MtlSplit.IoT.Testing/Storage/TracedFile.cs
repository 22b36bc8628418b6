using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Testing.Storage;

/// <summary>An open file whose changes are recorded.</summary>
internal sealed class TracedFile(TracedFileSystem owner, IFile inner, int node, string name) : IFile
{
    public long Length => inner.Length;

    public int Read(Span<byte> into, long at) => inner.Read(into, at);

    public void Write(ReadOnlySpan<byte> bytes, long at)
    {
        var copy = bytes.ToArray();
        owner.Record(() => inner.Write(copy, at), new StorageOperation.Written(node, name, at, copy));
    }

    public void SetLength(long length) => owner.Record(() => inner.SetLength(length), new StorageOperation.Resized(node, name, length));

    public void Sync()
    {
        owner.RecordSync(new StorageOperation.Synced(node, name));
        inner.Sync();
    }

    public void Dispose() => inner.Dispose();
}
