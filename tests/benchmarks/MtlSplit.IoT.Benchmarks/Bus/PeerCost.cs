namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>What a peer made of its turns.</summary>
/// <param name="Rate">Median of messages received per second.</param>
/// <param name="Microseconds">Processor time of this process per message, in the kernel too; it tells more than the rate where others use the machine.</param>
internal sealed record PeerCost(double Rate, double Microseconds);
