namespace MtlSplit.IoT.Storage.Files;

/// <summary>An open file. One thread at a time.</summary>
public interface IFile : IDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Reads what is there. Returns how many bytes; fewer than asked only at the end.</summary>
    int Read(Span<byte> into, long at);

    /// <summary>Writes all of it. A gap before it is filled with zeros.</summary>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Cuts the file, or lengthens it with zeros.</summary>
    void SetLength(long length);

    /// <summary>Makes everything written so far survive a power cut.</summary>
    void Sync();
}
