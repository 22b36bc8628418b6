using Microsoft.Win32.SafeHandles;

namespace MtlSplit.IoT.Storage.Files;

/// <summary>A file on disk, unbuffered here: what was written is the kernel's at once and survives the end of the process.</summary>
internal sealed class DiskFile(SafeFileHandle handle) : IFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> into, long at)
    {
        var read = 0;
        while (read < into.Length)
        {
            var more = RandomAccess.Read(handle, into[read..], at + read);
            if (more == 0)
            {
                break;
            }

            read += more;
        }

        return read;
    }

    public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(handle, bytes, at);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Sync() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
