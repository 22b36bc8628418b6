using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Testing.Storage;

/// <summary>
/// A real folder in which every change is recorded, so that <see cref="PowerCut"/> can make every state that a power cut might have left.
/// Everything that changes the folder must go through it; reading may go past it. Thread-safe.
/// </summary>
public sealed class TracedFileSystem : IFileSystem
{
    private const int Root = 0;

    private readonly Lock _gate = new();
    private readonly IFileSystem _inner;
    private readonly string _root;
    private readonly Dictionary<int, Dictionary<string, int>> _directories = new() { [Root] = new(StringComparer.Ordinal) };
    private readonly List<StorageOperation> _operations = [];
    private readonly List<StorageOperation> _start;
    private int _nodes = 1;

    /// <summary>Begins to record. What the folder holds counts as safely on disk.</summary>
    /// <param name="inner">What does the work.</param>
    /// <param name="root">The folder; only paths in it may be used.</param>
    public TracedFileSystem(IFileSystem inner, string root)
    {
        (_inner, _root) = (inner, Path.GetFullPath(root));
        inner.CreateDirectory(_root);
        Adopt(_root, Root);
        _start = [.. _operations];
        _operations.Clear();
    }

    /// <summary>How many changes there were so far. What was promised by now must hold after every cut behind this many operations.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _operations.Count;
            }
        }
    }

    /// <summary>What was recorded so far.</summary>
    public StorageTrace Trace
    {
        get
        {
            lock (_gate)
            {
                return new StorageTrace(_start, [.. _operations]);
            }
        }
    }

    public IFile Open(string path, FileOpening how)
    {
        lock (_gate)
        {
            var there = _inner.FileExists(path);
            var file = _inner.Open(path, how);
            var (directory, name) = Parent(path);
            if (!there)
            {
                var created = _nodes++;
                _operations.Add(new StorageOperation.Created(directory, name, created, IsDirectory: false));
                _directories[directory][name] = created;
            }

            var node = _directories[directory][name];
            if (there && how == FileOpening.Create)
            {
                _operations.Add(new StorageOperation.Resized(node, name, 0));
            }

            return new TracedFile(this, file, node, name);
        }
    }

    public bool FileExists(string path) => _inner.FileExists(path);

    public bool DirectoryExists(string path) => _inner.DirectoryExists(path);

    public IReadOnlyList<string> Files(string directory) => _inner.Files(directory);

    public IReadOnlyList<string> Directories(string directory) => _inner.Directories(directory);

    public void CreateDirectory(string path)
    {
        lock (_gate)
        {
            if (!_inner.DirectoryExists(path))
            {
                CreateDirectory(Path.GetDirectoryName(path)!);
                _inner.CreateDirectory(path);
                var (directory, name) = Parent(path);
                AddDirectory(directory, name);
            }
        }
    }

    public void DeleteFile(string path)
    {
        lock (_gate)
        {
            if (_inner.FileExists(path))
            {
                _inner.DeleteFile(path);
                Remove(path);
            }
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_gate)
        {
            if (!_inner.DirectoryExists(path))
            {
                return;
            }

            // One by one, as the system does it: a cut may come between any two.
            foreach (var file in _inner.Files(path))
            {
                DeleteFile(file);
            }

            foreach (var directory in _inner.Directories(path))
            {
                DeleteDirectory(directory);
            }

            _inner.DeleteDirectory(path);
            Remove(path);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            _inner.Rename(from, to);
            var (source, oldName) = Parent(from);
            var (target, newName) = Parent(to);
            _directories[source].Remove(oldName, out var node);
            _directories[target][newName] = node;
            _operations.Add(new StorageOperation.Renamed(source, oldName, target, newName, node));
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            _inner.SyncDirectory(path);
            _operations.Add(new StorageOperation.DirectorySynced(Directory(path), Path.GetFileName(path)));
        }
    }

    /// <summary>Does something and records it, in one step.</summary>
    internal void Record(Action action, StorageOperation operation)
    {
        lock (_gate)
        {
            action();
            _operations.Add(operation);
        }
    }

    /// <summary>Records a sync as it begins: it covers what was written by now, and its caller learns of it later.</summary>
    internal void RecordSync(StorageOperation operation)
    {
        lock (_gate)
        {
            _operations.Add(operation);
        }
    }

    private void Adopt(string path, int directory)
    {
        foreach (var file in _inner.Files(path))
        {
            var (node, name) = (_nodes++, Path.GetFileName(file));
            _directories[directory][name] = node;
            _operations.Add(new StorageOperation.Created(directory, name, node, IsDirectory: false));
            _operations.Add(new StorageOperation.Written(node, name, 0, File.ReadAllBytes(file)));
        }

        foreach (var child in _inner.Directories(path))
        {
            Adopt(child, AddDirectory(directory, Path.GetFileName(child)));
        }
    }

    private int AddDirectory(int parent, string name)
    {
        var node = _nodes++;
        _directories[node] = new(StringComparer.Ordinal);
        _directories[parent][name] = node;
        _operations.Add(new StorageOperation.Created(parent, name, node, IsDirectory: true));
        return node;
    }

    private void Remove(string path)
    {
        var (directory, name) = Parent(path);
        _directories[directory].Remove(name);
        _operations.Add(new StorageOperation.Deleted(directory, name));
    }

    private (int Directory, string Name) Parent(string path) => (Directory(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    private int Directory(string path)
    {
        var relative = Path.GetRelativePath(_root, Path.GetFullPath(path));
        if (relative == ".")
        {
            return Root;
        }

        var node = Root;
        foreach (var name in relative.Split(Path.DirectorySeparatorChar))
        {
            if (name == ".." || !_directories[node].TryGetValue(name, out node))
            {
                throw new InvalidOperationException($"{path} is not in the traced folder {_root}, or something made it past the trace.");
            }
        }

        return node;
    }
}
