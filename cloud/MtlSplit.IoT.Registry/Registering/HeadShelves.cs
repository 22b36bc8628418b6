using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Storing;

namespace MtlSplit.IoT.Registry.Registering;

/// <summary>Documents of heads and runs, by contract and task.</summary>
internal sealed class HeadShelves(RegistryFolder folder, DurableFolder files, DocumentStore documents)
{
    /// <summary>Every contract and task that heads or runs are there for.</summary>
    public IEnumerable<(ContractId Contract, string Task)> Shelves() => Under(folder.Heads).Concat(Under(folder.Runs)).Distinct();

    /// <summary>Writes a head's document.</summary>
    public RegisteredHead Add(HeadManifest manifest, SigningKey? key)
    {
        var bytes = manifest.ToCanonicalJson();
        var head = new RegisteredHead(BlobStore.DigestOf(bytes), manifest);
        documents.Add(FileOf(head), bytes, key);
        return head;
    }

    /// <summary>Writes a run's document.</summary>
    public RegisteredRun Add(RunManifest manifest, SigningKey? key)
    {
        var bytes = manifest.ToCanonicalJson();
        var run = new RegisteredRun(BlobStore.DigestOf(bytes), manifest);
        documents.Add(folder.RunFile(run.Contract, manifest.Task, run.Id), bytes, key);
        return run;
    }

    /// <summary>The heads of a contract and task, oldest first.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="task">The task.</param>
    /// <param name="damaged">Is told of documents that do not read, which are left out; null: they are thrown.</param>
    public IReadOnlyList<RegisteredHead> Heads(ContractId contract, string task, Action<RegistryException>? damaged = null) =>
        [.. Readable(documents.In(folder.HeadsOf(contract, task)), ReadHead, damaged).OrderBy(head => head.Manifest.Number).ThenBy(head => head.Id, StringComparer.Ordinal)];

    /// <summary>The runs for a contract and task, oldest first.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="task">The task.</param>
    /// <param name="damaged">Is told of documents that do not read, which are left out; null: they are thrown.</param>
    public IReadOnlyList<RegisteredRun> Runs(ContractId contract, string task, Action<RegistryException>? damaged = null) =>
        [.. Readable(documents.In(folder.RunsOf(contract, task)), ReadRun, damaged).OrderBy(run => run.Manifest.At).ThenBy(run => run.Id, StringComparer.Ordinal)];

    /// <summary>The head that an alias leads to.</summary>
    /// <exception cref="RegistryException">It is not there, damaged, or another than the alias says.</exception>
    public RegisteredHead Head(ContractId contract, string task, AliasTarget target)
    {
        var head = ReadHead(folder.HeadFile(contract, task, target.Head));
        return head.Version == target.Version ? head : throw new RegistryException(RegistryFault.Damaged, FileOf(head), $"it is {head.Version}, the alias says {target.Version}");
    }

    /// <summary>Whether a head's document is there.</summary>
    public bool Contains(ContractId contract, string task, string id) => files.Exists(folder.HeadFile(contract, task, id));

    /// <summary>A head's document.</summary>
    public string FileOf(RegisteredHead head) => folder.HeadFile(head.Contract, head.Manifest.Task, head.Id);

    /// <summary>
    /// The number of the next head: never one that was given before, even if garbage collection has taken that head. Number 1 is the bundle's own.
    /// A document that is damaged stands in nobody's way: versions differ by digest even where numbers do not.
    /// </summary>
    public int NextNumber(ContractId contract, string task) => 1 + Math.Max(
        1,
        Heads(contract, task, Ignore).Select(head => head.Manifest.Number).Concat(Runs(contract, task, Ignore).Select(run => NumberOf(run.Manifest.Challenger))).DefaultIfEmpty().Max());

    /// <summary>Reads a head's document and checks that it lies where it belongs.</summary>
    public RegisteredHead ReadHead(string file)
    {
        var manifest = documents.Read(file, HeadManifest.Parse);
        CheckPlace(file, folder.Heads, manifest.Contract, manifest.Task);
        return RegistryFolder.IsDigest(manifest.Sha256)
            ? new RegisteredHead(Path.GetFileNameWithoutExtension(file), manifest)
            : throw new RegistryException(RegistryFault.Damaged, file, $"'{manifest.Sha256}' is no SHA-256 of an ONNX file");
    }

    /// <summary>Reads a run's document and checks that it lies where it belongs.</summary>
    public RegisteredRun ReadRun(string file)
    {
        var manifest = documents.Read(file, RunManifest.Parse);
        CheckPlace(file, folder.Runs, manifest.Contract, manifest.Task);
        return new RegisteredRun(Path.GetFileNameWithoutExtension(file), manifest);
    }

    private static void Ignore(RegistryException damaged)
    {
    }

    private static IEnumerable<T> Readable<T>(IEnumerable<string> files, Func<string, T> read, Action<RegistryException>? damaged)
        where T : class
    {
        foreach (var file in files)
        {
            T? document = null;
            try
            {
                document = read(file);
            }
            catch (RegistryException e) when (damaged is not null)
            {
                damaged(e);
            }

            if (document is not null)
            {
                yield return document;
            }
        }
    }

    private static void CheckPlace(string file, string root, string contract, string task)
    {
        var place = Path.GetRelativePath(root, Path.GetDirectoryName(file)!);
        if (place != Path.Combine(contract, task))
        {
            throw new RegistryException(RegistryFault.Damaged, file, $"it is of task '{task}' and contract {contract}, and lies under {place}");
        }
    }

    private static int NumberOf(string? version) =>
        version is not null && version.IndexOf('-', StringComparison.Ordinal) is > 1 and var dash && int.TryParse(version.AsSpan(1, dash - 1), out var number) ? number : 0;

    private IEnumerable<(ContractId Contract, string Task)> Under(string root) =>
        from contract in files.Folders(root)
        where ContractId.TryParse(Path.GetFileName(contract), out _)
        from task in files.Folders(contract)
        select (ContractId.Parse(Path.GetFileName(contract)), Path.GetFileName(task));
}
