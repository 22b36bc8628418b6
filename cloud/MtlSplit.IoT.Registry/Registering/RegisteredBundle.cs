using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Registry.Registering;

/// <summary>A bundle of the registry.</summary>
/// <param name="Digest">Its name: the SHA-256 of its <c>model.json</c>, 64 hex digits.</param>
/// <param name="Manifest">What that says.</param>
public sealed record RegisteredBundle(string Digest, BundleManifest Manifest);
