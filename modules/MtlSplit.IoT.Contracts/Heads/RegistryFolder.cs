using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>
/// Where the registry of a data folder keeps what. Every file but pointers, signatures and settings is named by the SHA-256 of its bytes or
/// by its place in a history, so that whoever reads one can check it. Immutable.
/// </summary>
/// <param name="dataFolder">The data folder.</param>
public sealed class RegistryFolder(string dataFolder)
{
    /// <summary>How the names of documents end.</summary>
    public const string DocumentSuffix = ".json";

    /// <summary>How the names of signatures end; the rest is their document's.</summary>
    public const string SignatureSuffix = ".sig";

    /// <summary>A pointer's name, beside the records of its history.</summary>
    public const string PointerName = "current";

    /// <summary>The registry's own folder. It may not exist yet.</summary>
    public string Root { get; } = Path.Combine(Path.GetFullPath(dataFolder), "registry");

    /// <summary>Contents: ONNX files, snapshots, reports, files of bundles.</summary>
    public string Blobs => Path.Combine(Root, "blobs");

    /// <summary>Documents of heads, by contract and task.</summary>
    public string Heads => Path.Combine(Root, "heads");

    /// <summary>Documents of runs, by contract and task.</summary>
    public string Runs => Path.Combine(Root, "runs");

    /// <summary>Manifests of bundles.</summary>
    public string Bundles => Path.Combine(Root, "bundles");

    /// <summary>Pointers with their histories, by fleet, contract and task.</summary>
    public string Aliases => Path.Combine(Root, "aliases");

    /// <summary>Public keys, PEM, whose signatures count; where there is none, no signature is asked for.</summary>
    public string Trusted => Path.Combine(Root, "trusted");

    /// <summary>A content's file.</summary>
    /// <param name="digest">Its SHA-256, 64 hex digits.</param>
    public string BlobFile(string digest) => Path.Combine(Blobs, digest[..2], digest);

    /// <summary>The folder of one task's heads.</summary>
    public string HeadsOf(ContractId contract, string task) => Path.Combine(Heads, contract.ToString(), BusName.Require(task, "task"));

    /// <summary>A head's document.</summary>
    public string HeadFile(ContractId contract, string task, string id) => Path.Combine(HeadsOf(contract, task), id + DocumentSuffix);

    /// <summary>The folder of the runs for one task's heads.</summary>
    public string RunsOf(ContractId contract, string task) => Path.Combine(Runs, contract.ToString(), BusName.Require(task, "task"));

    /// <summary>A run's document.</summary>
    public string RunFile(ContractId contract, string task, string id) => Path.Combine(RunsOf(contract, task), id + DocumentSuffix);

    /// <summary>A bundle's manifest.</summary>
    public string BundleFile(string digest) => Path.Combine(Bundles, digest + DocumentSuffix);

    /// <summary>The folder of a fleet's pointers.</summary>
    public string AliasesOf(string fleet) => Path.Combine(Aliases, BusName.Require(fleet, "fleet"));

    /// <summary>The folder with one pointer and its history.</summary>
    public string AliasesOf(string fleet, ContractId contract, string task) =>
        Path.Combine(AliasesOf(fleet), contract.ToString(), BusName.Require(task, "task"));

    /// <summary>The pointer: which record of the history is in effect.</summary>
    public string PointerFile(string fleet, ContractId contract, string task) => Path.Combine(AliasesOf(fleet, contract, task), PointerName);

    /// <summary>One record of the history.</summary>
    public string RecordFile(string fleet, ContractId contract, string task, int sequence) =>
        Path.Combine(AliasesOf(fleet, contract, task), $"{sequence:D8}{DocumentSuffix}");

    /// <summary>The signatures of a document.</summary>
    public static string SignaturesOf(string document) => Path.ChangeExtension(document, SignatureSuffix);

    /// <summary>Whether a text is a SHA-256 as files are named by: 64 lower-case hex digits.</summary>
    public static bool IsDigest(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
