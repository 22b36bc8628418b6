using System.Security.Cryptography;
using System.Text;

namespace MtlSplit.IoT.Testing.Storage;

/// <summary>A disk as a power cut may find it: what was synced, and what was not.</summary>
internal sealed class DiskImage
{
    private readonly Dictionary<int, FileImage> _files = [];
    private readonly HashSet<int> _folders = [0];
    private readonly Dictionary<int, SortedDictionary<string, int>> _synced = [];
    private readonly List<NameChange> _unsynced = [];

    /// <summary>The file that the newest operation wrote to, if it was a write.</summary>
    public FileImage? UnderWrite { get; private set; }

    /// <summary>Names that a cut may undo.</summary>
    public int UnsyncedNames => _unsynced.Count;

    public void Apply(StorageOperation operation)
    {
        UnderWrite = null;
        switch (operation)
        {
            case StorageOperation.Written written:
                UnderWrite = _files[written.Node];
                UnderWrite.Add(written);
                break;
            case StorageOperation.Resized resized:
                _files[resized.Node].Add(resized);
                break;
            case StorageOperation.Synced synced:
                _files[synced.Node].Sync();
                break;
            case StorageOperation.DirectorySynced synced:
                SyncNames(synced.Directory);
                break;
            default:
                if (operation is StorageOperation.Created { IsDirectory: true } folder)
                {
                    _folders.Add(folder.Node);
                }
                else if (operation is StorageOperation.Created file)
                {
                    _files[file.Node] = new FileImage();
                }

                _unsynced.Add(new NameChange(operation));
                break;
        }
    }

    /// <summary>Takes everything for synced.</summary>
    public void SyncAll()
    {
        _unsynced.ForEach(change => change.Apply(_synced));
        _unsynced.Clear();
        foreach (var file in _files.Values)
        {
            file.Sync();
        }
    }

    /// <summary>The files and folders (null) that a cut leaves, by path.</summary>
    /// <param name="arrives">Whether an unsynced name arrived.</param>
    /// <param name="content">What a file's content became.</param>
    public SortedDictionary<string, byte[]?> State(Func<int, bool> arrives, Func<FileImage, byte[]> content)
    {
        var directories = _synced.ToDictionary(pair => pair.Key, pair => new SortedDictionary<string, int>(pair.Value, StringComparer.Ordinal));
        var arrived = new HashSet<NameChange>();
        for (var i = 0; i < _unsynced.Count; i++)
        {
            if (arrives(i))
            {
                AddWithEarlier(i, arrived);
            }
        }

        foreach (var change in _unsynced.Where(arrived.Contains))
        {
            change.Apply(directories);
        }

        var state = new SortedDictionary<string, byte[]?>(StringComparer.Ordinal);
        Walk(0, "");
        return state;

        void Walk(int directory, string path)
        {
            foreach (var (name, node) in directories.GetValueOrDefault(directory) ?? [])
            {
                var full = Path.Combine(path, name);
                if (!_folders.Contains(node))
                {
                    state[full] = content(_files[node]);
                }
                else if (state.TryAdd(full, null))
                {
                    Walk(node, full);
                }
            }
        }
    }

    /// <summary>Equal for equal states.</summary>
    public static string Fingerprint(SortedDictionary<string, byte[]?> state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, content) in state)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0{content?.Length ?? -1}\0"));
            hash.AppendData(content ?? []);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private void SyncNames(int directory)
    {
        var lasting = new HashSet<NameChange>();
        for (var i = 0; i < _unsynced.Count; i++)
        {
            if (_unsynced[i].SurvivesAfterSyncOf(directory))
            {
                AddWithEarlier(i, lasting);
            }
        }

        foreach (var change in _unsynced.Where(lasting.Contains))
        {
            change.Apply(_synced);
        }

        _unsynced.RemoveAll(lasting.Contains);
    }

    // An earlier change of the same name cannot be undone while this one stays.
    private void AddWithEarlier(int index, HashSet<NameChange> changes)
    {
        if (changes.Add(_unsynced[index]))
        {
            for (var i = 0; i < index; i++)
            {
                if (_unsynced[i].Touches(_unsynced[index]))
                {
                    AddWithEarlier(i, changes);
                }
            }
        }
    }
}
