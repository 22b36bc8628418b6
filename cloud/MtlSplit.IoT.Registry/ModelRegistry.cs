using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Storing;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Registry;

/// <summary>
/// The registry of a data folder: heads, runs and bundles by the digest of what is in them, and the aliases by which fleets find the head that
/// answers. Every read checks digests. Any number of processes may read and change it; changes take turns, and each is whole after whatever crash.
/// </summary>
public sealed partial class ModelRegistry
{
    private readonly RegistryFolder _folder;
    private readonly DurableFolder _files;
    private readonly TimeProvider _time;
    private readonly IChangeLog? _changes;
    private readonly WriteLock _lock;
    private readonly BlobStore _blobs;
    private readonly DocumentStore _documents;
    private readonly HeadShelves _shelves;
    private readonly BundleShelf _bundles;
    private readonly AliasBook _aliases;
    private readonly Vouching _vouching;

    /// <summary>Opens it. A data folder without one gets it at the first change.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="trusted">Whose signatures count; null for the keys in the registry's folder <c>trusted</c>, or, without one, nobody's: then none is asked for.</param>
    /// <param name="changes">Where changes wait to be announced; null: nobody is told.</param>
    /// <exception cref="KeyException">A file in <c>trusted</c> is no public key.</exception>
    public ModelRegistry(string dataFolder, TimeProvider time, TrustedKeys? trusted = null, IChangeLog? changes = null)
        : this(dataFolder, time, DiskFileSystem.Instance, trusted, changes)
    {
    }

    internal ModelRegistry(string dataFolder, TimeProvider time, IFileSystem files, TrustedKeys? trusted, IChangeLog? changes)
    {
        ArgumentNullException.ThrowIfNull(time);
        _folder = new RegistryFolder(dataFolder);
        _files = new DurableFolder(files, _folder.Root);
        (_time, _changes) = (time, changes);
        _lock = new WriteLock(_files, time);
        _blobs = new BlobStore(_folder, _files);
        _documents = new DocumentStore(_files);
        _shelves = new HeadShelves(_folder, _files, _documents);
        _bundles = new BundleShelf(_folder, _documents, _blobs);
        _aliases = new AliasBook(_folder, _files);
        _vouching = new Vouching(trusted ?? (Directory.Exists(_folder.Trusted) ? TrustedKeys.Load(_folder.Trusted) : null), _folder, _shelves, _documents);
    }

    /// <summary>Whether only what a trusted key signed may answer.</summary>
    public bool AsksForSignatures => _vouching.IsAsked;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    /// <summary>Registers a head that no run of this registry made: one of a bundle, or from elsewhere.</summary>
    /// <param name="manifest">What it is. Number 0 asks for the next one; the ONNX file's digest is set here.</param>
    /// <param name="onnx">The ONNX file.</param>
    /// <param name="key">Who signs; null: nobody.</param>
    public RegisteredHead Register(HeadManifest manifest, ReadOnlyMemory<byte> onnx, SigningKey? key = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return _lock.While(() => Add(manifest, onnx.Span, key, fleet: null));
    }

    /// <summary>Registers the head that came in a bundle: number 1 of its contract and task.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="task">One of its tasks.</param>
    /// <param name="key">Who signs; null: nobody, though whoever signed the bundle vouches for it where that is registered too.</param>
    public RegisteredHead RegisterInitial(Bundle bundle, BundleTask task, SigningKey? key = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(task);
        return Register(HeadManifest.OfBundle(bundle, task), File.ReadAllBytes(bundle.PathOf(task.Head)), key);
    }

    /// <summary>Registers a run with its snapshot, its report and the head that came out, whether the gate accepted that or not.</summary>
    /// <param name="finished">What the run hands over.</param>
    /// <param name="key">Who signs; null: nobody.</param>
    public RunOutcome Register(FinishedRun finished, SigningKey? key = null)
    {
        ArgumentNullException.ThrowIfNull(finished);
        return _lock.While(() => Add(finished, key));
    }

    /// <summary>Registers a bundle with its signatures.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="signatures">Its signatures; null for none.</param>
    /// <param name="fleet">Whom to tell.</param>
    public RegisteredBundle Register(Bundle bundle, SignatureFile? signatures, string? fleet = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return _lock.While(() =>
        {
            var file = _folder.BundleFile(bundle.Digest);
            if (!_files.Exists(file))
            {
                Announce(file, bundle.Digest, new RegistryChange
                {
                    Kind = ChangeKind.BundleRegistered, Subject = bundle.Digest, At = Now, Fleet = fleet, Contract = bundle.Contract.ToString(),
                });
            }

            return _bundles.Add(bundle, signatures);
        });
    }

    /// <summary>All heads, by contract, task and number.</summary>
    /// <param name="damaged">Is told of documents that do not read, which are left out; null: they are thrown.</param>
    public IReadOnlyList<RegisteredHead> Heads(Action<RegistryException>? damaged = null) =>
        [.. _shelves.Shelves().SelectMany(shelf => _shelves.Heads(shelf.Contract, shelf.Task, damaged))];

    /// <summary>All runs, by contract, task and time.</summary>
    /// <param name="damaged">Is told of documents that do not read, which are left out; null: they are thrown.</param>
    public IReadOnlyList<RegisteredRun> Runs(Action<RegistryException>? damaged = null) =>
        [.. _shelves.Shelves().SelectMany(shelf => _shelves.Runs(shelf.Contract, shelf.Task, damaged))];

    /// <summary>All bundles, oldest first.</summary>
    /// <exception cref="RegistryException">A manifest is damaged.</exception>
    public IReadOnlyList<RegisteredBundle> Bundles() => _bundles.All();

    /// <summary>The ONNX file of a head, checked.</summary>
    /// <exception cref="RegistryException">It is missing or damaged.</exception>
    public byte[] Onnx(RegisteredHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return _blobs.Read(head.Manifest.Sha256, $"the ONNX file of {head.Version}");
    }

    /// <summary>The report of a run, checked: UTF-8 JSON as its author wrote it.</summary>
    /// <exception cref="RegistryException">It is missing or damaged.</exception>
    public byte[] Report(RegisteredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return _blobs.Read(run.Manifest.Report, $"the report of run {run.Id[..12]}");
    }

    /// <summary>Whether the snapshot of a run is still kept.</summary>
    public bool HasSnapshot(RegisteredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return _blobs.Contains(run.Manifest.Snapshot);
    }

    /// <summary>The snapshot of a run, checked; <see cref="Tracing.SnapshotFile"/> reads it.</summary>
    /// <exception cref="RegistryException">It is missing or damaged.</exception>
    public byte[] Snapshot(RegisteredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return _blobs.Read(run.Manifest.Snapshot, $"the snapshot of run {run.Id[..12]}");
    }

    private RunOutcome Add(FinishedRun finished, SigningKey? key)
    {
        var contract = ContractId.Parse(finished.Manifest.Contract);
        var (report, snapshot) = (_blobs.Add(finished.Report.Span), _blobs.Add(finished.Snapshot.Span));
        var manifest = finished.Manifest with { Report = report, Snapshot = snapshot, Challenger = null };
        var challenger = finished.Challenger is null ? null : finished.Challenger with
        {
            Number = _shelves.NextNumber(contract, manifest.Task),
            Contract = manifest.Contract,
            Task = manifest.Task,
            Sha256 = _blobs.Add(finished.Onnx.Span),
        };

        // The run goes first: a head without its run would have no reason; a run whose head did not come says what was decided all the same.
        manifest = manifest with { Challenger = challenger?.Version };
        var id = BlobStore.DigestOf(manifest.ToCanonicalJson());
        var kind = manifest.Decision == RunManifest.Accepted ? ChangeKind.RunAccepted : ChangeKind.RunRefused;
        Announce(_folder.RunFile(contract, manifest.Task, id), id, new RegistryChange
        {
            Kind = kind, Subject = challenger?.Version ?? id, At = Now, Fleet = manifest.Fleet, Contract = manifest.Contract, Task = manifest.Task, Why = manifest.Reason,
        });
        var run = _shelves.Add(manifest, key);
        return new RunOutcome(run, challenger is null ? null : Add(
            challenger with
            {
                Lineage = new(challenger.Lineage, StringComparer.Ordinal) { [RegisteredHead.Run] = run.Id, ["snapshot"] = snapshot, [RegisteredHead.Gate] = manifest.Decision },
            },
            finished.Onnx.Span,
            key,
            manifest.Fleet));
    }

    private RegisteredHead Add(HeadManifest manifest, ReadOnlySpan<byte> onnx, SigningKey? key, string? fleet)
    {
        var contract = ContractId.Parse(manifest.Contract);
        var final = manifest with
        {
            Number = manifest.Number > 0 ? manifest.Number : _shelves.NextNumber(contract, manifest.Task),
            Sha256 = _blobs.Add(onnx),
        };
        var id = BlobStore.DigestOf(final.ToCanonicalJson());
        if (!_shelves.Contains(contract, final.Task, id))
        {
            Announce(_folder.HeadFile(contract, final.Task, id), id, new RegistryChange
            {
                Kind = ChangeKind.HeadRegistered, Subject = final.Version, At = Now, Fleet = fleet, Contract = final.Contract, Task = final.Task,
            });
        }

        return _shelves.Add(final, key);
    }

    private void Announce(string evidence, string digest, RegistryChange change) =>
        _changes?.Add(change with { Evidence = Path.GetRelativePath(_folder.Root, evidence), EvidenceDigest = digest });
}
