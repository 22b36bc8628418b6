using System.Threading.Channels;

namespace MtlSplit.IoT.Messaging;

/// <summary>
/// The messages of one topic filter. Disposing stops delivering here and leaves the subscription in the broker's session, so that a later
/// process of the same client id goes on where this one stopped; to leave for good, call <see cref="UnsubscribeAsync"/> first.
/// </summary>
public interface IBusSubscription : IAsyncDisposable
{
    /// <summary>The filter as subscribed.</summary>
    string Filter { get; }

    /// <summary>
    /// Messages in the order they arrived. QoS 1 ones are bounded by <see cref="BusOptions.ReceiveMaximum"/>, since the broker sends no
    /// more before an acknowledgement; of QoS 0 ones the oldest are dropped and counted past <see cref="BusOptions.QosZeroQueue"/>.
    /// It completes when drained after <see cref="UnsubscribeAsync"/>, when disposed or closed, and with a <see cref="BusSubscribeException"/>
    /// when the broker refuses to renew it.
    /// </summary>
    ChannelReader<BusDelivery> Deliveries { get; }

    /// <summary>
    /// Unsubscribes and waits for the broker's answer. Messages that the broker had already committed to this client still arrive: read
    /// and acknowledge until <see cref="Deliveries"/> completes.
    /// </summary>
    /// <param name="ct">Ends the wait; the filter is unsubscribed at the next chance all the same.</param>
    Task UnsubscribeAsync(CancellationToken ct);
}
