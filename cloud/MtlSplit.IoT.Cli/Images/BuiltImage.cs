using MtlSplit.IoT.Images.Programs;

namespace MtlSplit.IoT.Cli.Images;

/// <summary>One image that was built.</summary>
/// <param name="Platform">What it runs on.</param>
/// <param name="Reference">How engines call it once it is loaded.</param>
/// <param name="Id">By which an engine knows it.</param>
/// <param name="Digest">By which a registry knows it.</param>
/// <param name="Publication">How its program was published.</param>
/// <param name="Bytes">Its layers' bytes, compressed.</param>
/// <param name="UnpackedBytes">Its layers' bytes.</param>
/// <param name="Seconds">What it took.</param>
/// <param name="Packages">Debian's packages in it.</param>
internal sealed record BuiltImage(
    string Platform, string Reference, string Id, string Digest, Publication Publication, long Bytes, long UnpackedBytes, double Seconds, IReadOnlyList<UsedPackage> Packages);
