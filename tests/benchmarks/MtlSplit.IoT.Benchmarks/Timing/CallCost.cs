namespace MtlSplit.IoT.Benchmarks.Timing;

/// <summary>What one call of a rival costs.</summary>
/// <param name="Microseconds">Median time of one call.</param>
/// <param name="BytesPerCall">Managed bytes that one call allocates.</param>
internal sealed record CallCost(double Microseconds, double BytesPerCall);
