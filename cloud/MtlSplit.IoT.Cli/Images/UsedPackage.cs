namespace MtlSplit.IoT.Cli.Images;

/// <summary>One of Debian's packages in an image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">The digest of its file.</param>
internal sealed record UsedPackage(string Name, string Version, string Sha256);
