namespace MtlSplit.IoT.Registry.Verifying;

/// <summary>What was looked at, and what is wrong with it.</summary>
/// <param name="Contents">Contents whose digest was computed.</param>
/// <param name="Heads">Documents of heads.</param>
/// <param name="Runs">Documents of runs.</param>
/// <param name="Bundles">Manifests of bundles.</param>
/// <param name="Aliases">Pointers, with their histories.</param>
/// <param name="Signed">Documents that a trusted key signed; null where nobody has to.</param>
/// <param name="Findings">What is wrong, by file.</param>
public sealed record VerifyReport(int Contents, int Heads, int Runs, int Bundles, int Aliases, int? Signed, IReadOnlyList<VerifyFinding> Findings)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Findings.Count == 0;
}
