using System.Formats.Tar;
using System.IO.Compression;

namespace MtlSplit.IoT.Images.Layers;

/// <summary>
/// What a layer will hold. Written, it has the same bytes for the same content: entries in order of their paths, one time for all, owners by number.
/// Not thread-safe.
/// </summary>
public sealed class LayerContent
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly SortedDictionary<string, LayerEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The paths of what is in it, without a slash at the beginning.</summary>
    public IEnumerable<string> Paths => _entries.Keys;

    internal IReadOnlyDictionary<string, LayerEntry> Entries => _entries;

    /// <summary>Adds a folder; its parents come by themselves.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="mode">Who may do what.</param>
    /// <param name="owner">Number of its user and group.</param>
    public void AddFolder(string path, UnixFileMode mode = Everybody, int owner = 0) => Add(path, new LayerEntry(TarEntryType.Directory, mode, owner));

    /// <summary>Adds a file with these bytes.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="mode">Who may do what; everybody may read unless given.</param>
    public void AddFile(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode = null) => Add(path, new LayerEntry(TarEntryType.RegularFile, mode ?? ModeOf(false), 0, content));

    /// <summary>Adds a file that is on this machine; it must stay until the layer is written.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="source">The file.</param>
    /// <param name="executable">Whether everybody may run it.</param>
    public void AddFile(string path, string source, bool executable) => Add(path, new LayerEntry(TarEntryType.RegularFile, ModeOf(executable), 0, Source: source));

    /// <summary>Adds a symbolic link.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="target">Where it leads.</param>
    public void AddLink(string path, string target) => Add(path, new LayerEntry(TarEntryType.SymbolicLink, Everybody, 0, Target: target));

    /// <summary>Adds all files of a folder on this machine; those that their owner may run are programs for everybody.</summary>
    /// <param name="path">The folder's path in the image.</param>
    /// <param name="source">The folder.</param>
    public void AddTree(string path, string source)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            AddFile($"{path}/{Path.GetRelativePath(source, file).Replace('\\', '/')}", file, !OperatingSystem.IsWindows() && File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute));
        }
    }

    /// <summary>Writes it as a compressed file, named for its digest.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="time">The time that everything in it has.</param>
    /// <param name="about">What it holds, for people.</param>
    public Layer Write(string folder, DateTimeOffset time, string about)
    {
        var working = Path.Combine(folder, Path.GetRandomFileName());
        string diffId, digest;
        long size, unpacked;
        using (var file = File.Create(working))
        using (var packed = new MeasuringStream(file))
        {
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            using (var plain = new MeasuringStream(gzip))
            {
                WriteTar(plain, time);
                (diffId, unpacked) = (plain.Digest, plain.Length);
            }

            (digest, size) = (packed.Digest, packed.Length);
        }

        var final = Path.Combine(folder, $"{digest[Oci.ContentDigest.Prefix.Length..]}.tar.gz");
        File.Move(working, final, overwrite: true);
        return new Layer(final, diffId, digest, size, unpacked, about);
    }

    internal static UnixFileMode ModeOf(bool executable) => executable ? Everybody : Everybody & ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    internal void Remove(string path) => _entries.Remove(path);

    internal void Add(string path, LayerEntry entry)
    {
        if (path.Length == 0 || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new ImageException($"'{path}' is no path in an image: parts between single slashes, none at its ends, no '.' and no '..'.");
        }

        if (_entries.TryGetValue(path, out var there) && there.Type != entry.Type)
        {
            throw new ImageException($"{path} is to be a {there.Type} and a {entry.Type} of the same layer.");
        }

        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (!_entries.TryGetValue(path[..slash], out var parent))
            {
                _entries[path[..slash]] = new LayerEntry(TarEntryType.Directory, Everybody, 0);
            }
            else if (parent.Type != TarEntryType.Directory)
            {
                throw new ImageException($"{path} is to be in {path[..slash]}, which is a {parent.Type}.");
            }
        }

        _entries[path] = entry;
    }

    internal void WriteTar(Stream to, DateTimeOffset time)
    {
        using var tar = new TarWriter(to, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (path, entry) in _entries)
        {
            var written = new UstarTarEntry(entry.Type, entry.Type == TarEntryType.Directory ? path + "/" : path)
            {
                Mode = entry.Mode,
                Uid = entry.Owner,
                Gid = entry.Owner,
                ModificationTime = time,
            };
            if (entry.Type == TarEntryType.RegularFile)
            {
                written.DataStream = entry.Source is { } source ? File.OpenRead(source) : new MemoryStream(entry.Content.ToArray(), writable: false);
            }
            else if (entry.Target is { } target)
            {
                written.LinkName = target;
            }

            using (written.DataStream)
            {
                tar.WriteEntry(written);
            }
        }
    }
}
