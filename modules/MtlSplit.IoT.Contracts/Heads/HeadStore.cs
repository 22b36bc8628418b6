using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>
/// The heads that a fleet may use: <c>{data}/heads/{contract}/{task}/{version}/</c> with <c>head.json</c> and
/// <c>head.onnx</c>, and beside the versions a pointer file <c>current</c> that is only ever replaced whole. Where the data
/// folder has no pointer, the head that came in the contract's bundle is current. Any number of readers; one writer per
/// contract and task at a time (a lock file keeps others out).
/// </summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="seeds">Bundles whose initial heads stand in, or null for none.</param>
public sealed class HeadStore(string dataFolder, BundleCatalog? seeds = null)
{
    private const string Pointer = "current";
    private const string ManifestFile = "head.json";
    private const string OnnxFile = "head.onnx";

    private readonly string _root = Path.Combine(Path.GetFullPath(dataFolder), "heads");

    /// <summary>The folder that holds one task's heads and its pointer; a watcher looks here. It may not exist yet.</summary>
    public string FolderOf(ContractId contract, string task) => Path.Combine(_root, contract.ToString(), BusName.Require(task, "task"));

    /// <summary>The contracts that it has heads for, in the data folder or in bundles.</summary>
    public IReadOnlyCollection<ContractId> Contracts()
    {
        var contracts = (seeds?.Bundles ?? []).Select(b => b.Contract).ToHashSet();
        foreach (var folder in Directory.Exists(_root) ? Directory.EnumerateDirectories(_root) : [])
        {
            if (ContractId.TryParse(Path.GetFileName(folder), out var contract))
            {
                contracts.Add(contract);
            }
        }

        return contracts;
    }

    /// <summary>
    /// The version to use for a contract and task, or null where there is none. It only reads the pointer, so it is cheap enough
    /// to ask several times a second.
    /// </summary>
    /// <exception cref="HeadException">The pointer does not hold a version.</exception>
    public string? CurrentVersion(ContractId contract, string task)
    {
        var pointer = Path.Combine(FolderOf(contract, task), Pointer);
        string version;
        try
        {
            version = File.ReadAllText(pointer).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Seed(contract, task)?.Version;
        }

        return BusName.IsValid(version) ? version : throw new HeadException(pointer, $"'{version}' is not a head version");
    }

    /// <summary>The head to use for a contract and task, checked, or null where there is none.</summary>
    /// <exception cref="HeadException">The pointer names a head that is damaged or made for something else.</exception>
    public HeadRelease? Current(ContractId contract, string task)
    {
        var version = CurrentVersion(contract, task);
        return version is null ? null
            : Seed(contract, task) is { } seed && seed.Version == version ? seed
            : Open(contract, task, version);
    }

    /// <summary>Every version in the data folder, oldest first, without opening their ONNX files.</summary>
    public IReadOnlyList<HeadManifest> History(ContractId contract, string task)
    {
        var folder = FolderOf(contract, task);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateDirectories(folder)
                .Select(d => Path.Combine(d, ManifestFile))
                .Where(File.Exists)
                .Select(ReadManifest)
                .OrderBy(m => m.Number)]
            : [];
    }

    /// <summary>Opens one version and checks it.</summary>
    /// <exception cref="HeadException">It is missing, damaged, or made for another contract or task.</exception>
    public HeadRelease Open(ContractId contract, string task, string version)
    {
        var folder = Path.Combine(FolderOf(contract, task), version);
        var manifestPath = Path.Combine(folder, ManifestFile);
        var manifest = ReadManifest(manifestPath);
        if (manifest.Contract != contract.ToString() || manifest.Task != task || manifest.Version != version)
        {
            throw new HeadException(manifestPath, $"it says {manifest.Version} for task '{manifest.Task}' of contract {manifest.Contract}, but it lies under {version} of '{task}' of {contract}");
        }

        var onnx = Path.Combine(folder, OnnxFile);
        if (!File.Exists(onnx))
        {
            throw new HeadException(onnx, "the head's ONNX file is not there");
        }

        using var stream = File.OpenRead(onnx);
        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        return digest == manifest.Sha256
            ? new HeadRelease(manifest, onnx)
            : throw new HeadException(onnx, $"SHA-256 is {digest}, {ManifestFile} says {manifest.Sha256}");
    }

    /// <summary>
    /// Publishes a head: writes its folder, syncs it to disk, then replaces the pointer in one step. Number and digest are
    /// filled in here. A crash at any moment leaves either the old pointer or the new one, never a torn head behind it.
    /// </summary>
    /// <param name="contract">The contract it reads.</param>
    /// <param name="manifest">What it is; <c>Number</c>, <c>Contract</c> and <c>Sha256</c> are set by the store.</param>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <exception cref="HeadException">Another process is publishing for this contract and task.</exception>
    public HeadRelease Publish(ContractId contract, HeadManifest manifest, ReadOnlySpan<byte> onnx)
    {
        var folder = FolderOf(contract, manifest.Task);
        Directory.CreateDirectory(folder);
        using var writer = LockForWriting(folder);
        var newest = History(contract, manifest.Task) is [.., var last] ? last.Number : 1;
        return Write(folder, manifest with { Number = newest + 1, Contract = contract.ToString() }, onnx);
    }

    /// <summary>
    /// Publishes the head that came in a bundle, as number 1 of its contract, so that consumers which do not see the bundle can warm it. Where
    /// the contract has a head already, nothing changes and that one is returned.
    /// </summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="task">One of its tasks.</param>
    /// <exception cref="HeadException">Another process is publishing for this contract and task, or the head that is there may not be used.</exception>
    public HeadRelease PublishInitial(Bundle bundle, string task)
    {
        var manifest = ManifestOf(bundle, bundle.FindTask(task) ?? throw new HeadException(bundle.Folder, $"the bundle has no task '{task}'"));
        var folder = FolderOf(bundle.Contract, task);
        Directory.CreateDirectory(folder);
        using var writer = LockForWriting(folder);
        return File.Exists(Path.Combine(folder, Pointer))
            ? Current(bundle.Contract, task)!
            : Write(folder, manifest, File.ReadAllBytes(bundle.PathOf(bundle.FindTask(task)!.Head)));
    }

    /// <summary>Points a contract and task at a version that is already there.</summary>
    /// <exception cref="HeadException">The version may not be used.</exception>
    public HeadRelease Promote(ContractId contract, string task, string version)
    {
        var release = Open(contract, task, version);
        var folder = FolderOf(contract, task);
        using var writer = LockForWriting(folder);
        PointTo(folder, version);
        return release;
    }

    private static HeadRelease Write(string folder, HeadManifest manifest, ReadOnlySpan<byte> onnx)
    {
        var final = manifest with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(onnx)) };
        var home = Path.Combine(folder, final.Version);
        var staging = Path.Combine(folder, $".{final.Version}.new");
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        Directory.CreateDirectory(staging);
        WriteDurably(Path.Combine(staging, OnnxFile), onnx);
        WriteDurably(Path.Combine(staging, ManifestFile), final.ToJson());
        if (Directory.Exists(home))
        {
            // A crash came between the two steps below; no pointer leads there.
            Directory.Delete(home, recursive: true);
        }

        Directory.Move(staging, home);
        PointTo(folder, final.Version);
        return new HeadRelease(final, Path.Combine(home, OnnxFile));
    }

    private static HeadManifest ReadManifest(string path)
    {
        try
        {
            return HeadManifest.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HeadException(path, "there is no such head", e);
        }
        catch (JsonException e)
        {
            throw new HeadException(path, e.Message, e);
        }
    }

    private static FileStream LockForWriting(string folder)
    {
        var path = Path.Combine(folder, ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new HeadException(path, "another process is publishing a head here", e);
        }
    }

    private static void PointTo(string folder, string version)
    {
        var next = Path.Combine(folder, $".{Pointer}.new");
        WriteDurably(next, Encoding.UTF8.GetBytes(version + "\n"));
        File.Move(next, Path.Combine(folder, Pointer), overwrite: true);
    }

    private static void WriteDurably(string path, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private HeadRelease? Seed(ContractId contract, string task)
    {
        if (seeds?.Find(contract) is not { } bundle || bundle.FindTask(task) is not { } seed)
        {
            return null;
        }

        return new HeadRelease(ManifestOf(bundle, seed), bundle.PathOf(seed.Head));
    }

    private static HeadManifest ManifestOf(Bundle bundle, BundleTask task) => new()
    {
        Task = task.Name,
        Classes = task.Classes,
        Contract = bundle.Contract.ToString(),
        Number = 1,
        Sha256 = Array.Find(bundle.Manifest.Files, f => f.Path == task.Head)!.Sha256,
        CreatedAt = bundle.Manifest.CreatedAt,
        Metrics = task.Metrics,
        Lineage = new() { ["bundle"] = bundle.Digest },
    };
}
