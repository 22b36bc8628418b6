using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Storing;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>
/// Changes that wait on disk to be announced, for each receiver apart, so that one who is away holds up no other: a file a change, in order. A full
/// queue drops its oldest and counts it.
/// </summary>
internal sealed class EventQueue : IChangeLog
{
    /// <summary>The bus among the receivers.</summary>
    public const string Bus = "bus";

    private const string DroppedFile = "dropped";

    private readonly DurableFolder _files;
    private readonly RegistryFolder _folder;
    private readonly WriteLock _lock;
    private readonly IReadOnlyList<string> _receivers;
    private readonly int _maxWaiting;

    /// <summary>Opens the queue of a data folder.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="receivers">Who is to be told.</param>
    /// <param name="maxWaiting">Changes that may wait for each.</param>
    /// <param name="files">The file system.</param>
    /// <param name="time">The clock.</param>
    public EventQueue(string dataFolder, IReadOnlyList<string> receivers, int maxWaiting, IFileSystem files, TimeProvider time)
    {
        _folder = new RegistryFolder(dataFolder);
        _files = new DurableFolder(files, _folder.Root);
        _lock = new WriteLock(_files, time);
        (_receivers, _maxWaiting) = (receivers, maxWaiting);
    }

    /// <summary>The folder of one receiver.</summary>
    public string FolderOf(string receiver) => Path.Combine(_folder.Root, "events", receiver);

    /// <inheritdoc/>
    public void Add(RegistryChange change)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(change, EventJson.Default.RegistryChange);
        foreach (var receiver in _receivers)
        {
            var waiting = Waiting(receiver);
            var number = waiting is [.., var last] ? NumberOf(last) + 1 : 1;
            foreach (var oldest in waiting.Take(waiting.Count - _maxWaiting + 1))
            {
                _files.Delete(oldest);
                _files.Write(Path.Combine(FolderOf(receiver), DroppedFile), System.Text.Encoding.ASCII.GetBytes((Dropped(receiver) + 1).ToString(CultureInfo.InvariantCulture)));
            }

            _files.Write(Path.Combine(FolderOf(receiver), number.ToString("D12", CultureInfo.InvariantCulture) + RegistryFolder.DocumentSuffix), bytes);
        }
    }

    /// <summary>The files that wait for a receiver, oldest first.</summary>
    public IReadOnlyList<string> Waiting(string receiver) => [.. _files.Files(FolderOf(receiver), RegistryFolder.DocumentSuffix).Where(file => NumberOf(file) > 0)];

    /// <summary>How many were dropped because the queue was full.</summary>
    public long Dropped(string receiver) =>
        _files.Read(Path.Combine(FolderOf(receiver), DroppedFile)) is { } bytes && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    /// <summary>
    /// Reads what waits in a file; null where it does not read, or the change never took effect: a crash came between. One that has not yet is waited
    /// for: whoever makes it holds the registry's lock from before it is queued until it is done.
    /// </summary>
    public RegistryChange? Read(string file) => ReadNow(file) ?? _lock.While(() => ReadNow(file));

    /// <summary>Takes a file out: its change was announced, or is none.</summary>
    public void Remove(string file)
    {
        _files.Delete(file);
        _files.Sync(Path.GetDirectoryName(file)!);
    }

    private RegistryChange? ReadNow(string file)
    {
        try
        {
            var change = _files.Read(file) is { } bytes ? JsonSerializer.Deserialize(bytes, EventJson.Default.RegistryChange) : null;
            return change is { Evidence: { } evidence, EvidenceDigest: { } digest } && !IsTrue(evidence, digest) ? null : change;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long NumberOf(string file) => long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private bool IsTrue(string evidence, string digest)
    {
        var file = Path.GetFullPath(Path.Combine(_folder.Root, evidence));
        if (!file.StartsWith(_folder.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return false;
        }

        if (!file.StartsWith(_folder.Aliases + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            // Documents are never changed; collected ones were true once, and what follows in the queue says that they are gone.
            return _files.Exists(file);
        }

        // A record counts once the pointer has reached it.
        return _files.Read(file) is { } record && BlobStore.DigestOf(record) == digest
            && _files.Read(Path.Combine(Path.GetDirectoryName(file)!, RegistryFolder.PointerName)) is { } bytes && AliasPointer.TryParse(bytes, out var pointer)
            && pointer.Sequence >= int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture);
    }
}
