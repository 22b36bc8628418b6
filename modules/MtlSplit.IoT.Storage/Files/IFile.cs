namespace MtlSplit.IoT.Storage.Files;

/// <summary>An open file. One thread at a time; only <see cref="Sync"/> may run beside the other members.</summary>
public interface IFile : IDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Reads what is there. Returns how many bytes; fewer than asked only at the end.</summary>
    int Read(Span<byte> into, long at);

    /// <summary>Writes all of it. A gap before it is filled with zeros. A write that fails may have written a part.</summary>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Cuts the file, or lengthens it with zeros.</summary>
    void SetLength(long length);

    /// <summary>Makes everything that was written before the call survive a power cut. The file's name needs <see cref="IFileSystem.SyncDirectory"/>.</summary>
    void Sync();
}
