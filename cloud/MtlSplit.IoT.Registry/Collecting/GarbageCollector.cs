using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Storing;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Registry.Collecting;

/// <summary>
/// Decides what nothing needs any more and takes it. A head stays while an alias leads to it or did within the grace time, while it is young, or
/// while a vehicle or a backlog needs its contract and no alias says which head of it answers. Whatever is damaged stops the collection: what that
/// needed cannot be known. One instance collects once, while nobody else changes the registry.
/// </summary>
internal sealed class GarbageCollector(
    RegistryFolder folder, DurableFolder files, BlobStore blobs, HeadShelves shelves, BundleShelf bundles, AliasBook aliases, StillNeeded needed, long youngSince)
{
    private readonly List<CollectionItem> _kept = [];
    private readonly List<CollectionItem> _taken = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);
    private readonly List<string> _documents = [];
    private readonly Dictionary<(ContractId Contract, string Task, string Head), string> _led = [];
    private readonly HashSet<(ContractId Contract, string Task)> _answered = [];

    /// <summary>Finds out what is needed and what is not.</summary>
    /// <exception cref="RegistryException">A document or a history is damaged.</exception>
    public CollectionReport Plan()
    {
        FollowAliases();
        var heads = shelves.Shelves().SelectMany(shelf => shelves.Heads(shelf.Contract, shelf.Task)).ToList();
        var runs = shelves.Shelves().SelectMany(shelf => shelves.Runs(shelf.Contract, shelf.Task)).ToList();
        var manifests = bundles.All();
        List<RegisteredHead> kept = [];
        List<(RegisteredHead Head, string Why)> unneededHeads = [];
        foreach (var head in heads)
        {
            if (WhyKept(head) is { } why)
            {
                kept.Add(head);
                _kept.Add(new CollectionItem("head", head.Version, why, 0));
                Use(head.Manifest.Sha256);
            }
            else
            {
                unneededHeads.Add((head, head.Refusal is { } refusal ? $"the gate refused it ({refusal})" : "no alias leads to it, nor did within the grace time"));
            }
        }

        var unneededBundles = new List<RegisteredBundle>();
        foreach (var bundle in manifests)
        {
            if (WhyKept(bundle, manifests, kept) is { } why)
            {
                _kept.Add(new CollectionItem("bundle", bundle.Digest, why, 0));
                bundle.Manifest.Files.Select(file => file.Sha256).ToList().ForEach(Use);
            }
            else
            {
                unneededBundles.Add(bundle);
            }
        }

        var unneededSnapshots = new List<RegisteredRun>();
        foreach (var run in runs)
        {
            Use(run.Manifest.Report);
            if (run.Manifest.At >= youngSince || kept.Exists(head => head.Origin(RegisteredHead.Run) == run.Id))
            {
                Use(run.Manifest.Snapshot);
            }
            else if (blobs.Contains(run.Manifest.Snapshot))
            {
                unneededSnapshots.Add(run);
            }
        }

        // What goes is counted last, when it is known which contents stay for others.
        unneededHeads.ForEach(item => Take("head", item.Head.Version, item.Why, shelves.FileOf(item.Head), [item.Head.Manifest.Sha256]));
        unneededBundles.ForEach(item => Take("bundle", item.Digest, "no vehicle runs it, and nothing needs its contract", folder.BundleFile(item.Digest), [.. item.Manifest.Files.Select(file => file.Sha256)]));
        unneededSnapshots.ForEach(run => Take("snapshot", run.Manifest.Snapshot, $"no kept head was made from it; run {run.Id[..12]} stays", null, [run.Manifest.Snapshot]));
        foreach (var digest in blobs.Digests().Where(digest => !_used.Contains(digest)).ToList())
        {
            Take("content", digest, "nothing names it", null, [digest]);
        }

        return new CollectionReport(Applied: false, _taken, _kept);
    }

    /// <summary>Takes what the plan says. Documents go before what they name, so that none ever names what is gone; a crash leaves less to take next time.</summary>
    public void Apply()
    {
        foreach (var document in _documents)
        {
            files.Delete(RegistryFolder.SignaturesOf(document));
            files.Delete(document);
        }

        foreach (var parent in _documents.Select(document => Path.GetDirectoryName(document)!).Distinct())
        {
            files.Sync(parent);
        }

        foreach (var part in files.Folders(folder.Blobs))
        {
            var unneeded = files.Files(part).Where(file => !_used.Contains(Path.GetFileName(file)) && (RegistryFolder.IsDigest(Path.GetFileName(file)) || file.EndsWith(AtomicFile.NewSuffix, StringComparison.Ordinal))).ToList();
            unneeded.ForEach(files.Delete);
            if (unneeded.Count > 0)
            {
                files.Sync(part);
            }
        }
    }

    private void FollowAliases()
    {
        foreach (var key in aliases.Keys().Union(aliases.Histories()))
        {
            if (!files.Exists(aliases.PointerOf(key)))
            {
                throw new RegistryException(RegistryFault.Missing, aliases.PointerOf(key), "there is a history, and no pointer into it; what it needs cannot be known");
            }

            var history = aliases.History(key);
            for (var i = 0; i < history.Count; i++)
            {
                // A record counts while it is in effect, and for the grace time after.
                if (i == history.Count - 1 || history[i + 1].At >= youngSince)
                {
                    var ended = i == history.Count - 1 ? "" : ", within the grace time";
                    Lead(key, history[i].Previous, $"previous of {key}{ended}");
                    Lead(key, history[i].Shadow, $"shadow of {key}{ended}");
                    Lead(key, history[i].Production, $"production of {key}{ended}");
                }
            }

            if (history is [.., { Production: not null }])
            {
                _answered.Add((key.Contract, key.Task));
            }
        }
    }

    private void Lead(AliasKey key, AliasTarget? target, string why)
    {
        if (target is not null)
        {
            _led[(key.Contract, key.Task, target.Head)] = why;
        }
    }

    private string? WhyKept(RegisteredHead head)
    {
        var (contract, task) = (head.Contract, head.Manifest.Task);
        return _led.TryGetValue((contract, task, head.Id), out var why) ? why
            : head.Manifest.CreatedAt >= youngSince ? "it is younger than the grace time"
            : head.Refusal is null && !_answered.Contains((contract, task)) && needed.Why(contract) is { } who ? $"{who}, and no alias says which head of task {task} answers"
            : null;
    }

    private string? WhyKept(RegisteredBundle bundle, IReadOnlyList<RegisteredBundle> all, List<RegisteredHead> heads)
    {
        var manifest = bundle.Manifest;
        return needed.WhyBundle(bundle.Digest)
            ?? needed.Why(manifest.Descriptor.Contract)
            ?? (heads.Find(head => head.Manifest.Contract == manifest.Contract) is { } head ? $"head {head.Version} reads its contract"
                : manifest.CreatedAt >= youngSince ? "it is younger than the grace time"
                : all.Where(other => other.Manifest.Name == manifest.Name).Max(other => other.Manifest.ReleaseCounter) == manifest.ReleaseCounter ? $"it is the newest release of {manifest.Name}"
                : null);
    }

    private void Use(string digest) => _used.Add(digest);

    private void Take(string kind, string name, string why, string? document, string[] contents)
    {
        long bytes = 0;
        if (document is not null)
        {
            _documents.Add(document);
            bytes += files.LengthOf(document);
        }

        // A content that two of them name is counted with the first.
        foreach (var digest in contents.Where(digest => !_used.Contains(digest) && blobs.Contains(digest) && _counted.Add(digest)))
        {
            bytes += files.LengthOf(folder.BlobFile(digest));
        }

        if (kind is "head" or "bundle" || bytes > 0)
        {
            _taken.Add(new CollectionItem(kind, name, why, bytes));
        }
    }
}
