using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;

namespace MtlSplit.IoT.Registry.Registering;

/// <summary>A head of the registry.</summary>
/// <param name="Id">The SHA-256 of its document, 64 hex digits.</param>
/// <param name="Manifest">What the document says.</param>
public sealed record RegisteredHead(string Id, HeadManifest Manifest)
{
    /// <summary>The word for the gate's decision among what it was made from.</summary>
    public const string Gate = "gate";

    /// <summary>The word for the run among what it was made from.</summary>
    public const string Run = "run";

    /// <summary>The word for the bundle among what it was made from.</summary>
    public const string Bundle = "bundle";

    /// <summary>The version in predictions.</summary>
    public string Version => Manifest.Version;

    /// <summary>The contract that it reads.</summary>
    public ContractId Contract => ContractId.Parse(Manifest.Contract);

    /// <summary>As aliases lead to it.</summary>
    public AliasTarget Target => new(Id, Version);

    /// <summary>What the gate of its retraining decided, where that was not to let it answer; null otherwise.</summary>
    public string? Refusal => Manifest.Lineage.TryGetValue(Gate, out var decision) && decision != RunManifest.Accepted ? decision : null;

    /// <summary>What is known of where it comes from; null where nothing is.</summary>
    /// <param name="what">One of the words above, or another that whoever made it wrote.</param>
    public string? Origin(string what) => Manifest.Lineage.GetValueOrDefault(what);
}
