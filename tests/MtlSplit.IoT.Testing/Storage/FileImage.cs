namespace MtlSplit.IoT.Testing.Storage;

/// <summary>A file as a power cut may find it: what was synced, and what was not.</summary>
internal sealed class FileImage
{
    private const int Sector = 512;

    private readonly List<StorageOperation> _unsynced = [];
    private byte[] _synced = [];

    public bool IsSynced => _unsynced.Count == 0;

    /// <summary>Where the newest write can be torn: bytes of it that arrived, at each sector's border.</summary>
    public IReadOnlyList<int> Tears
    {
        get
        {
            var tears = new List<int>();
            if (_unsynced is [.., StorageOperation.Written last])
            {
                for (var end = Sector - (int)(last.At % Sector); end < last.Bytes.Length; end += Sector)
                {
                    tears.Add(end);
                }
            }

            return tears;
        }
    }

    public void Add(StorageOperation operation) => _unsynced.Add(operation);

    public void Sync()
    {
        if (!IsSynced)
        {
            _synced = Kept();
            _unsynced.Clear();
        }
    }

    /// <summary>Nothing of what was not synced arrived.</summary>
    public byte[] Dropped() => _synced;

    /// <summary>All of it arrived.</summary>
    public byte[] Kept()
    {
        var (content, length) = (_synced.ToArray(), _synced.Length);
        foreach (var operation in _unsynced)
        {
            Apply(operation, ref content, ref length, static _ => true, sizeToo: true);
        }

        return Cut(content, length);
    }

    /// <summary>All of it arrived, but of the newest write only so many bytes.</summary>
    public byte[] Torn(int bytes)
    {
        var (content, length) = (_synced.ToArray(), _synced.Length);
        foreach (var operation in _unsynced[..^1])
        {
            Apply(operation, ref content, ref length, static _ => true, sizeToo: true);
        }

        var last = (StorageOperation.Written)_unsynced[^1];
        Apply(last with { Bytes = last.Bytes[..bytes] }, ref content, ref length, static _ => true, sizeToo: true);
        return Cut(content, length);
    }

    /// <summary>Chance decides on every sector and every length: the system writes back in any order.</summary>
    public byte[] Scattered(Random random)
    {
        var (content, length) = (_synced.ToArray(), _synced.Length);
        foreach (var operation in _unsynced)
        {
            var sizeToo = random.Next(4) > 0;
            if (operation is StorageOperation.Written || sizeToo)
            {
                Apply(operation, ref content, ref length, _ => random.Next(2) == 0, sizeToo);
            }
        }

        return Cut(content, length);
    }

    private static void Apply(StorageOperation operation, ref byte[] content, ref int length, Func<long, bool> arrives, bool sizeToo)
    {
        if (operation is StorageOperation.Resized resized)
        {
            var size = (int)resized.Length;
            Grow(ref content, size);
            Array.Clear(content, Math.Min(size, length), content.Length - Math.Min(size, length));
            length = size;
            return;
        }

        var written = (StorageOperation.Written)operation;
        var (at, bytes) = ((int)written.At, written.Bytes);
        Grow(ref content, at + bytes.Length);
        for (var from = 0; from < bytes.Length;)
        {
            var to = Math.Min(bytes.Length, from + Sector - ((at + from) % Sector));
            if (arrives(at + from))
            {
                bytes[from..to].CopyTo(content.AsMemory(at + from));
            }

            from = to;
        }

        length = sizeToo ? Math.Max(length, at + bytes.Length) : length;
    }

    private static void Grow(ref byte[] content, int size)
    {
        if (content.Length < size)
        {
            Array.Resize(ref content, size);
        }
    }

    private static byte[] Cut(byte[] content, int length) => content.Length == length ? content : content[..length];
}
