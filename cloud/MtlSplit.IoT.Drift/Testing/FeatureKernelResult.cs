using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Drift.Testing;

/// <summary>What the confirming test saw.</summary>
/// <param name="Discrepancy">The squared maximum mean discrepancy; 0: the same.</param>
/// <param name="PValue">How probable it or a greater one is without change.</param>
/// <param name="Permutations">How many were made.</param>
/// <param name="ReferenceBlocks">Blocks used of before.</param>
/// <param name="CurrentBlocks">Blocks used of now.</param>
/// <param name="Examples">Frames of now that are least like before, the least first.</param>
public sealed record FeatureKernelResult(double Discrepancy, double PValue, int Permutations, int ReferenceBlocks, int CurrentBlocks, IReadOnlyList<Observation> Examples);
