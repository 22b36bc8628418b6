namespace MtlSplit.IoT.Benchmarks.Timing;

/// <summary>What one turn came to.</summary>
/// <param name="PerSecond">Frames, messages or predictions per second.</param>
/// <param name="BytesEach">Managed bytes allocated for each.</param>
internal sealed record Throughput(double PerSecond, double BytesEach);
