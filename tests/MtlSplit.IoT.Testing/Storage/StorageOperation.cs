namespace MtlSplit.IoT.Testing.Storage;

/// <summary>One recorded change. Files and folders are numbered, because names move; the traced folder itself is 0.</summary>
public abstract record StorageOperation
{
    /// <summary>A folder got an entry with a new, empty file or folder.</summary>
    public sealed record Created(int Directory, string Name, int Node, bool IsDirectory) : StorageOperation
    {
        public override string ToString() => $"create {Name}";
    }

    /// <summary>An entry moved, and replaced what had the new name.</summary>
    public sealed record Renamed(int FromDirectory, string From, int ToDirectory, string To, int Node) : StorageOperation
    {
        public override string ToString() => $"rename {From} to {To}";
    }

    /// <summary>An entry is gone.</summary>
    public sealed record Deleted(int Directory, string Name) : StorageOperation
    {
        public override string ToString() => $"delete {Name}";
    }

    /// <summary>Bytes were written.</summary>
    public sealed record Written(int Node, string Name, long At, ReadOnlyMemory<byte> Bytes) : StorageOperation
    {
        public override string ToString() => $"write {Bytes.Length} bytes of {Name} at {At}";
    }

    /// <summary>A file was cut or lengthened.</summary>
    public sealed record Resized(int Node, string Name, long Length) : StorageOperation
    {
        public override string ToString() => $"set the length of {Name} to {Length}";
    }

    /// <summary>A file was synced.</summary>
    public sealed record Synced(int Node, string Name) : StorageOperation
    {
        public override string ToString() => $"sync {Name}";
    }

    /// <summary>A folder was synced.</summary>
    public sealed record DirectorySynced(int Directory, string Name) : StorageOperation
    {
        public override string ToString() => $"sync folder {Name}";
    }
}
