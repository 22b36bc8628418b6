namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>What a peer made of its turns.</summary>
/// <param name="Rate">Median of messages received per second.</param>
/// <param name="Microseconds">Processor time of this process per message, in the kernel too; it tells more than the rate where others use the machine.</param>
/// <param name="AllocatedBytes">Bytes of managed memory that this process allocated per message.</param>
/// <param name="BrokerMicroseconds">The same of the broker's process; null where the broker is in this one.</param>
/// <param name="BrokerBusy">That share of one core which the broker had while messages were on their way.</param>
internal sealed record PeerCost(double Rate, double Microseconds, double AllocatedBytes, double? BrokerMicroseconds, double? BrokerBusy)
{
    /// <summary>Messages per second that a broker of one thread, with a core to itself, has time for if they come as this peer's do.</summary>
    public double? BrokerFullAt => 1e6 / BrokerMicroseconds;
}
