namespace MtlSplit.IoT.Cli.Images;

/// <summary>What <c>image build --json</c> prints.</summary>
/// <param name="File">The archive.</param>
/// <param name="Digest">By which a registry would know it: of the manifest, or of the index of several.</param>
/// <param name="Created">The time that everything in it has.</param>
/// <param name="Seconds">What it took.</param>
/// <param name="Images">One for each platform.</param>
internal sealed record BuiltArchive(string File, string Digest, DateTimeOffset Created, double Seconds, IReadOnlyList<BuiltImage> Images);
