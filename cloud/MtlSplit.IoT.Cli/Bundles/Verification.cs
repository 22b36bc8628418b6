using MtlSplit.IoT.Inference.Golden;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary>What <c>bundle verify --json</c> prints.</summary>
/// <param name="Bundle">The bundle's digest.</param>
/// <param name="Contract">Its contract, 64 hex digits.</param>
/// <param name="Passed">Whether it may run here.</param>
/// <param name="Tolerance">How far a feature may be off, as a share of its range.</param>
/// <param name="Frames">One entry per golden frame.</param>
internal sealed record Verification(string Bundle, string Contract, bool Passed, double Tolerance, IReadOnlyList<GoldenDeviation> Frames);
