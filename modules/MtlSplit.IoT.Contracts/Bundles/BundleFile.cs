namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>A file of a bundle.</summary>
/// <param name="Path">Its place below the bundle's folder, with forward slashes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Bytes">Its length.</param>
public sealed record BundleFile(string Path, string Sha256, long Bytes);
