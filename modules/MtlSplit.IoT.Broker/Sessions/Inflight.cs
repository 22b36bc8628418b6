using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Sharing;

namespace MtlSplit.IoT.Broker.Sessions;

/// <summary>A QoS 1 message that a client has been sent and has not acknowledged.</summary>
/// <param name="Message">The message.</param>
/// <param name="Group">The shared group it came from; null for a plain subscription's.</param>
/// <param name="Entry">Its place in that group.</param>
/// <param name="SentAt">When it was sent, in the broker's milliseconds.</param>
/// <param name="Order">Rises with every message that the session is sent.</param>
/// <param name="Retain">The retain flag it was sent with.</param>
/// <param name="Identifiers">The subscription identifiers it was sent with.</param>
internal readonly record struct Inflight(Message Message, SharedGroup? Group, GroupEntry Entry, long SentAt, long Order, bool Retain, uint[] Identifiers);
