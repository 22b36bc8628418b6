namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Milliseconds from a frame's capture to the receipt of its prediction.</summary>
internal sealed record DemoLatency(double P50, double P99);
