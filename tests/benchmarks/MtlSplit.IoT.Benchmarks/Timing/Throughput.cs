namespace MtlSplit.IoT.Benchmarks.Timing;

/// <summary>What one turn came to.</summary>
/// <param name="PerSecond">Frames, messages or predictions per second.</param>
/// <param name="BytesEach">Managed bytes allocated for each.</param>
/// <param name="MicrosecondsEach">Processor time of this process for each, where it was taken; it tells more than the rate where others use the machine.</param>
internal sealed record Throughput(double PerSecond, double BytesEach, double MicrosecondsEach = 0);
