namespace MtlSplit.IoT.Cli.Registry;

/// <summary>The outcome of <c>registry verify --json</c>.</summary>
/// <param name="Sound">Whether nothing is wrong.</param>
/// <param name="Contents">Contents whose digest was computed.</param>
/// <param name="Heads">Documents of heads.</param>
/// <param name="Runs">Documents of runs.</param>
/// <param name="Bundles">Manifests of bundles.</param>
/// <param name="Aliases">Pointers.</param>
/// <param name="Signed">Documents that a trusted key signed; null where nobody has to.</param>
/// <param name="Findings">What is wrong.</param>
/// <param name="Mended">Pointers that lead to a whole record again: what answers there.</param>
internal sealed record VerifyRow(bool Sound, int Contents, int Heads, int Runs, int Bundles, int Aliases, int? Signed, IReadOnlyList<VerifyRow.Finding> Findings, IReadOnlyList<string> Mended)
{
    /// <summary>Something that is wrong.</summary>
    /// <param name="Fault">What kind of wrong, one word.</param>
    /// <param name="File">The file, from the registry's folder.</param>
    /// <param name="What">What exactly.</param>
    internal sealed record Finding(string Fault, string File, string What);
}
