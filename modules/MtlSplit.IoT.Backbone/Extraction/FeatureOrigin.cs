using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>What made a feature. All features of one loaded backbone share one, so that comparing references tells where the next backbone begins.</summary>
/// <param name="Bundle">The bundle's digest, 64 hex digits.</param>
/// <param name="Contract">The contract that the feature is made under.</param>
/// <param name="Descriptor">The contract's descriptor in canonical form.</param>
internal sealed record FeatureOrigin(string Bundle, ContractId Contract, byte[] Descriptor);
