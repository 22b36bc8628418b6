using MtlSplit.IoT.Inference.Golden;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary>What <c>bundle verify --json</c> prints.</summary>
/// <param name="Bundle">The bundle's digest; null where it is none.</param>
/// <param name="Contract">Its contract, 64 hex digits; null where it is none.</param>
/// <param name="Passed">Whether it may run here.</param>
/// <param name="Fault">Why not: the word that vehicles report too.</param>
/// <param name="Reason">The same for people.</param>
/// <param name="SignedBy">The ids of the trusted keys that signed; null where nobody asked.</param>
/// <param name="Tolerance">How far a feature may be off, as a share of its range; null where it did not come to that.</param>
/// <param name="Frames">One entry per golden frame; null where it did not come to that.</param>
internal sealed record Verification(
    string? Bundle, string? Contract, bool Passed, string? Fault, string? Reason, IReadOnlyList<string>? SignedBy, double? Tolerance, IReadOnlyList<GoldenDeviation>? Frames);
