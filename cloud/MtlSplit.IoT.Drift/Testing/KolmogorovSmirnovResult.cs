namespace MtlSplit.IoT.Drift.Testing;

/// <summary>Two samples compared.</summary>
/// <param name="Distance">The greatest distance of the two distribution functions, 0 to 1.</param>
/// <param name="PValue">How probable that distance or a greater one is when both samples are of one distribution (asymptotic, with Stephens's correction).</param>
public readonly record struct KolmogorovSmirnovResult(double Distance, double PValue);
