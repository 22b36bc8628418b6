using System.Security.Cryptography;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>
/// The heads that a fleet answers with: where the registry's alias <c>production</c> leads, or, where there is none, the head that came in the
/// contract's bundle. Everything that is read is checked on the way: pointer, record, document and content each by the digest that leads to it.
/// Reads only; any number of readers beside the registry's one writer.
/// </summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="fleet">The fleet.</param>
/// <param name="seeds">Bundles whose initial heads stand in, or null for none.</param>
public sealed class HeadStore(string dataFolder, string fleet, BundleCatalog? seeds = null)
{
    private readonly RegistryFolder _folder = new(dataFolder);

    /// <summary>The contracts that the fleet has heads for, by its aliases or in bundles.</summary>
    public IReadOnlyCollection<ContractId> Contracts()
    {
        var contracts = (seeds?.Bundles ?? []).Select(b => b.Contract).ToHashSet();
        var aliases = _folder.AliasesOf(fleet);
        foreach (var folder in Directory.Exists(aliases) ? Directory.EnumerateDirectories(aliases) : [])
        {
            if (ContractId.TryParse(Path.GetFileName(folder), out var contract))
            {
                contracts.Add(contract);
            }
        }

        return contracts;
    }

    /// <summary>
    /// The version to use for a contract and task, or null where there is none. It reads two small files, so it is cheap enough to ask several
    /// times a second.
    /// </summary>
    /// <exception cref="HeadException">The pointer is damaged.</exception>
    public string? CurrentVersion(ContractId contract, string task) =>
        Aliases(contract, task)?.Production?.Version ?? Seed(contract, task)?.Version;

    /// <summary>The head to use for a contract and task, checked, or null where there is none.</summary>
    /// <exception cref="HeadException">The pointer leads to a head that is damaged or made for something else.</exception>
    public HeadRelease? Current(ContractId contract, string task) =>
        Aliases(contract, task)?.Production is { } target ? Open(contract, task, target) : Seed(contract, task);

    /// <summary>Where the fleet's aliases lead; null where none was ever set.</summary>
    /// <exception cref="HeadException">Pointer or record is damaged.</exception>
    public AliasRecord? Aliases(ContractId contract, string task)
    {
        var file = _folder.PointerFile(fleet, contract, task);
        if (Read(file) is not { } bytes)
        {
            return null;
        }

        if (!AliasPointer.TryParse(bytes, out var pointer))
        {
            throw new HeadException(file, "it is no pointer: a number, a SHA-256 and a line end are expected");
        }

        if (pointer == AliasPointer.None)
        {
            return null;
        }

        var home = _folder.RecordFile(fleet, contract, task, pointer.Sequence);
        var record = Checked(home, pointer.Record, $"the pointer {Path.GetFileName(file)} beside it", AliasRecord.Parse);
        return record.Sequence == pointer.Sequence && record.Fleet == fleet && record.Task == task && record.Contract == contract.ToString()
            ? record
            : throw new HeadException(home, $"it says record {record.Sequence} of fleet '{record.Fleet}', task '{record.Task}' and contract {record.Contract}, and lies elsewhere");
    }

    /// <summary>Opens the head that an alias leads to and checks it.</summary>
    /// <exception cref="HeadException">It is missing, damaged, or made for another contract or task.</exception>
    public HeadRelease Open(ContractId contract, string task, AliasTarget target)
    {
        var file = _folder.HeadFile(contract, task, target.Head);
        var manifest = Checked(file, target.Head, "its name", HeadManifest.Parse);
        if (manifest.Contract != contract.ToString() || manifest.Task != task || manifest.Version != target.Version)
        {
            throw new HeadException(file, $"it says {manifest.Version} for task '{manifest.Task}' of contract {manifest.Contract}, and is used as {target.Version} for '{task}' of {contract}");
        }

        if (!RegistryFolder.IsDigest(manifest.Sha256))
        {
            throw new HeadException(file, $"'{manifest.Sha256}' is no SHA-256");
        }

        var onnx = _folder.BlobFile(manifest.Sha256);
        try
        {
            using var stream = File.OpenRead(onnx);
            var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
            return digest == manifest.Sha256
                ? new HeadRelease(manifest, onnx)
                : throw new HeadException(onnx, $"SHA-256 is {digest}, its name and head {manifest.Version} say {manifest.Sha256}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HeadException(onnx, $"the ONNX file of head {manifest.Version} is not there", e);
        }
    }

    private static T Checked<T>(string file, string digest, string because, DocumentReader<T> parse)
    {
        var bytes = Read(file) ?? throw new HeadException(file, "it is not there, and is in use");
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != digest)
        {
            throw new HeadException(file, $"SHA-256 is {found}, {because} says {digest}");
        }

        try
        {
            return parse(bytes);
        }
        catch (JsonException e)
        {
            throw new HeadException(file, e.Message, e);
        }
    }

    private static byte[]? Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private HeadRelease? Seed(ContractId contract, string task) =>
        seeds?.Find(contract) is { } bundle && bundle.FindTask(task) is { } seed ? new HeadRelease(HeadManifest.OfBundle(bundle, seed), bundle.PathOf(seed.Head)) : null;

    private delegate T DocumentReader<T>(ReadOnlySpan<byte> json);
}
