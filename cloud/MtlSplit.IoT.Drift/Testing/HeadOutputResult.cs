namespace MtlSplit.IoT.Drift.Testing;

/// <summary>What the cheap test saw.</summary>
/// <param name="Classes">Each class's probability compared, in the head's order.</param>
/// <param name="PValue">The smallest p-value times the number of classes, at most 1.</param>
/// <param name="ReferenceBlocks">Independent observations before.</param>
/// <param name="CurrentBlocks">Independent observations now.</param>
public sealed record HeadOutputResult(IReadOnlyList<KolmogorovSmirnovResult> Classes, double PValue, int ReferenceBlocks, int CurrentBlocks);
