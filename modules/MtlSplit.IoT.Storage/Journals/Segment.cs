using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Storage.Journals;

/// <summary>One file of a journal. Guarded by the journal's lock, but for <see cref="Length"/>, which readers look at.</summary>
internal sealed class Segment(string path, ulong first)
{
    private const long Block = 4096;

    private long _length;

    public string Path => path;

    /// <summary>The number of its first record.</summary>
    public ulong First => first;

    /// <summary>The number of its last record; one below <see cref="First"/> while it has none.</summary>
    public ulong Last { get; set; } = first - 1;

    /// <summary>Bytes that were written.</summary>
    public long Length
    {
        get => Volatile.Read(ref _length);
        set => Volatile.Write(ref _length, value);
    }

    /// <summary>What it takes of the disk.</summary>
    public long Blocks => BlocksOf(Length);

    /// <summary>Records that nobody has acknowledged.</summary>
    public long Unsettled { get; set; }

    /// <summary>For writing and syncing; null once it is full and synced.</summary>
    public IFile? File { get; set; }

    /// <summary>Bytes that survive a power cut.</summary>
    public long Synced { get; set; }

    /// <summary>Bytes that will, when the sync that runs now has ended; -1 when none runs.</summary>
    public long Syncing { get; set; } = -1;

    /// <summary>It was deleted; a sync that runs disposes of the file.</summary>
    public bool Removed { get; set; }

    public static long BlocksOf(long length) => (length + Block - 1) / Block * Block;
}
