namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The backbone that a demonstration trained.</summary>
/// <param name="Bundle">The bundle's digest.</param>
/// <param name="Contract">The contract of its features.</param>
/// <param name="Release">Its release counter.</param>
/// <param name="Seconds">How long training and export took, beside the running vehicles.</param>
internal sealed record DemoBackbone(string Bundle, string Contract, long Release, double Seconds);
