namespace MtlSplit.IoT.Benchmarks.Starting;

/// <summary>What one start of a program cost.</summary>
/// <param name="FirstMs">Milliseconds from its start to its first feature.</param>
/// <param name="Memory">What it held after many features.</param>
internal readonly record struct Started(double FirstMs, ResidentMemory Memory);
