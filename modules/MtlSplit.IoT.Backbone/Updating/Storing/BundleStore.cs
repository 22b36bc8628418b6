using System.Text.Json;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>
/// The bundles of a vehicle on disk: <c>bundles/DIGEST/</c> for those that are installed, <c>staging/</c> for one on its way,
/// <c>state.json</c> for what counts. A folder under <c>bundles/</c> is whole from the moment that it has its name, and the state names it only
/// after that; a folder goes only after the state has ceased to name it. So whenever the process or the power ends, the state names a whole
/// bundle, and what it does not name is swept away at the next start. One process at a time, which a lock on the folder
/// sees to, and one caller. Whoever opened it disposes it, which gives the folder free.
/// </summary>
internal sealed class BundleStore : IDisposable
{
    private const string StateFile = "state.json";
    private const string PartSuffix = ".part";
    private const string MarkSuffix = ".from";

    private readonly IFileSystem _files;
    private readonly string _root;
    private readonly FolderLock _exclusive;
    private readonly ILogger _log;

    private BundleStore(IFileSystem files, string root, FolderLock exclusive, ILogger log) => (_files, _root, _exclusive, _log) = (files, root, exclusive, log);

    /// <summary>What counts; on disk already.</summary>
    public StoreState State { get; private set; } = new();

    /// <summary>The bundle that the state names, opened and checked; null where it names none.</summary>
    public Bundle? Active { get; private set; }

    private string Bundles => Path.Combine(_root, "bundles");

    private string Staging => Path.Combine(_root, "staging");

    /// <summary>Opens a store, or makes it, and puts it in order: the state names a bundle that is whole, and nothing else lies about.</summary>
    /// <param name="files">Where.</param>
    /// <param name="folder">Its folder; holds nothing else.</param>
    /// <param name="now">Unix microseconds.</param>
    /// <param name="log">Told what was not in order.</param>
    /// <exception cref="FolderInUseException">Another process has the store open; nothing in it was touched.</exception>
    /// <exception cref="IOException">The disk does not read or write.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static BundleStore Open(IFileSystem files, string folder, long now, ILogger log)
    {
        var root = Path.GetFullPath(folder);
        // Before anything else: putting in order would sweep away what the other process is about to install.
        var store = new BundleStore(files, root, FolderLock.Take(root), log);
        try
        {
            files.CreateDirectory(store.Bundles);
            files.CreateDirectory(store.Staging);
            files.SyncDirectory(store._root);
            store.Load();
            store.CheckActive(now);
            store.Sweep(null);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _exclusive.Dispose();

    /// <summary>The file that the archive of a bundle is fetched into.</summary>
    public string PartOf(string digest) => Path.Combine(Staging, digest + PartSuffix);

    /// <summary>The file that says where that came from.</summary>
    public static string MarkOf(string part) => part + MarkSuffix;

    /// <summary>Makes a state count: on return it survives a power cut.</summary>
    /// <exception cref="BundleException">The bundle that it lets run is damaged; the old one counts.</exception>
    /// <exception cref="IOException">It could not be written; the old one counts.</exception>
    public void Save(StoreState state)
    {
        var active = state.Active?.Digest == Active?.Digest ? Active : state.Active is { } next ? Open(next.Digest) : null;
        AtomicFile.Replace(_files, Path.Combine(_root, StateFile), JsonSerializer.SerializeToUtf8Bytes(state, StoreJson.Default.StoreState));
        (State, Active) = (state, active);
    }

    /// <summary>Saves a state that lets the same bundle run as before. Where the disk does not take it, it counts until the process ends: a full disk stops no vehicle.</summary>
    public void Note(StoreState state)
    {
        try
        {
            Save(state);
        }
        catch (IOException e)
        {
            Log.StateUnsaved(_log, e.Message);
            State = state;
        }
    }

    /// <summary>An empty place to unpack a bundle into.</summary>
    /// <returns>Makes a file for a path in it.</returns>
    public Func<string, Stream> Prepare(string digest)
    {
        var target = StagedOf(digest);
        _files.DeleteDirectory(target);
        _files.CreateDirectory(target);
        return path =>
        {
            var file = Path.Combine(target, path);
            _files.CreateDirectory(Path.GetDirectoryName(file)!);
            return new FileStreamOf(_files.Open(file, FileOpening.Create), writable: true);
        };
    }

    /// <summary>Makes what was unpacked survive a power cut, and only then gives it its place among the installed bundles.</summary>
    /// <returns>The bundle there, every digest checked once more as it lies on disk.</returns>
    /// <exception cref="BundleException">It does not read back as it was written.</exception>
    public Bundle Place(string digest)
    {
        var (staged, target) = (StagedOf(digest), FolderOf(digest));
        SyncTree(staged);
        _files.DeleteDirectory(target);
        _files.Rename(staged, target);
        _files.SyncDirectory(Bundles);
        _files.SyncDirectory(Staging);
        return Bundle.Open(target);
    }

    /// <summary>Copies a bundle's folder from elsewhere into the place where archives are unpacked.</summary>
    public void CopyIn(Bundle bundle)
    {
        var create = Prepare(bundle.Digest);
        foreach (var path in bundle.Manifest.Files.Select(f => f.Path).Append(BundleManifest.FileName))
        {
            using var from = File.OpenRead(bundle.PathOf(path));
            using var to = create(path);
            from.CopyTo(to);
            to.Flush();
        }
    }

    /// <summary>Opens the kept bundle before the active one and checks it; null where there is none.</summary>
    /// <exception cref="BundleException">It is damaged.</exception>
    public Bundle? OpenPrevious() => State.Previous is { } previous ? Open(previous.Digest) : null;

    /// <summary>Removes what the state does not name, and all downloads but one that can be gone on with.</summary>
    /// <param name="download">The bundle whose download is kept; null: any one that can be gone on with.</param>
    public void Sweep(string? download)
    {
        var kept = State.Kept.Select(b => b.Digest).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in _files.Directories(Bundles).Where(folder => !kept.Contains(Path.GetFileName(folder))))
        {
            _files.DeleteDirectory(folder);
        }

        foreach (var folder in _files.Directories(Staging))
        {
            _files.DeleteDirectory(folder);
        }

        foreach (var file in _files.Files(Bundles))
        {
            _files.DeleteFile(file);
        }

        var files = _files.Files(Staging).ToHashSet(StringComparer.Ordinal);
        var part = files.FirstOrDefault(f => f.EndsWith(PartSuffix, StringComparison.Ordinal) && files.Contains(MarkOf(f)) && CanGoOn(f, download));
        foreach (var file in files.Where(f => part is null || (f != part && f != MarkOf(part))))
        {
            _files.DeleteFile(file);
        }

        _files.DeleteFile(Path.Combine(_root, StateFile + AtomicFile.NewSuffix));
    }

    /// <summary>Removes the download of a bundle.</summary>
    public void Discard(string digest)
    {
        // The mark first: a part without it is never gone on with.
        _files.DeleteFile(MarkOf(PartOf(digest)));
        _files.DeleteFile(PartOf(digest));
    }

    private string FolderOf(string digest) => Path.Combine(Bundles, digest);

    private string StagedOf(string digest) => Path.Combine(Staging, digest);

    /// <summary>Opens an installed bundle, which must be the one that its folder is named for.</summary>
    private Bundle Open(string digest)
    {
        var bundle = Bundle.Open(FolderOf(digest));
        return bundle.Digest == digest ? bundle : throw new BundleException(BundleFault.BadDigest, bundle.Folder, $"it holds bundle {bundle.Digest}");
    }

    private bool CanGoOn(string part, string? download)
    {
        var digest = Path.GetFileName(part)[..^PartSuffix.Length];
        return (download is null || digest == download) && State.Kept.All(b => b.Digest != digest) && State.FindRefusal(digest) is not { RetryAt: null };
    }

    private void SyncTree(string folder)
    {
        foreach (var child in _files.Directories(folder))
        {
            SyncTree(child);
        }

        _files.SyncDirectory(folder);
    }

    private void Load()
    {
        var path = Path.Combine(_root, StateFile);
        if (AtomicFile.Read(_files, path) is not { } json)
        {
            return;
        }

        try
        {
            State = JsonSerializer.Deserialize(json, StoreJson.Default.StoreState) ?? throw new JsonException("It is empty.");
            if (State.Schema != StoreState.CurrentSchema)
            {
                throw new JsonException($"The schema is '{State.Schema}', expected '{StoreState.CurrentSchema}'.");
            }
        }
        catch (JsonException e)
        {
            Log.StateDamaged(_log, path, e.Message);
            State = Salvage();
            Save(State);
        }
    }

    /// <summary>The state lost to a fault of the disk is made again from what is there: the newest whole bundle, which then counts as proven.</summary>
    private StoreState Salvage()
    {
        var newest = _files.Directories(Bundles).Select(TryOpen).OfType<Bundle>().MaxBy(b => b.Manifest.ReleaseCounter);
        return newest is null ? new StoreState() : new StoreState().Adopt(InstalledBundle.Of(newest));
    }

    private void CheckActive(long now)
    {
        while (State.Active is { } active)
        {
            if (TryOpen(FolderOf(active.Digest)) is { } bundle)
            {
                Active = bundle;
                return;
            }

            // Whole when it was installed, so the disk has lost something since.
            var refusal = InstallRules.Refuse(State, active.Digest, BundleFault.BadDigest, "its files were damaged on this vehicle's disk", now);
            var next = State.Previous is null ? State.Refuse(refusal) with { Active = null, Probation = null } : State.RollBack(refusal);
            Log.ActiveDamaged(_log, active.Digest, next.Active?.Digest ?? "nothing");
            State = next with { Active = next.Active };
            if (next.Active is null || TryOpen(FolderOf(next.Active.Digest)) is not null)
            {
                Save(next);
            }
        }
    }

    private Bundle? TryOpen(string folder)
    {
        try
        {
            return Open(Path.GetFileName(folder));
        }
        catch (BundleException e)
        {
            Log.BundleDamaged(_log, e.Message);
            return null;
        }
    }
}
