using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Registry.Registering;

/// <summary>A run of the registry.</summary>
/// <param name="Id">The SHA-256 of its document, 64 hex digits.</param>
/// <param name="Manifest">What the document says.</param>
public sealed record RegisteredRun(string Id, RunManifest Manifest)
{
    /// <summary>The contract of its frames.</summary>
    public ContractId Contract => ContractId.Parse(Manifest.Contract);
}
