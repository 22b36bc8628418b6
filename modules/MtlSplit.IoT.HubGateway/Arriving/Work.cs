using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>Something of one client that waits for the backend.</summary>
/// <param name="Message">What was published; null for a change of subscriptions.</param>
/// <param name="Topic">Its topic, taken apart; null for a change of subscriptions.</param>
/// <param name="Id">The packet identifier to acknowledge; 0 = none.</param>
/// <param name="Changed">The client's subscriptions, where they changed.</param>
internal readonly record struct Work(Message? Message, HubTopic? Topic, ushort Id, SessionSubscriptions? Changed)
{
    // An estimate of the objects that one decoded property is.
    private const int PropertyOverhead = 120;

    /// <summary>What it costs while it waits, in bytes.</summary>
    public int Size => (Message?.Size ?? Mqtt.Packets.Message.Overhead) + PropertyOverhead * (Topic?.Properties.Count ?? 0);
}
