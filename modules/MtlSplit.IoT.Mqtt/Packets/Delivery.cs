namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>A message on its way to one client.</summary>
/// <param name="Message">What is delivered.</param>
/// <param name="Id">The packet identifier; 0 for QoS 0.</param>
/// <param name="Qos">0 or 1.</param>
/// <param name="Retain">The retain flag as this client is to see it.</param>
/// <param name="Duplicate">It may have been delivered before.</param>
/// <param name="Identifiers">The identifiers of the subscriptions that matched; empty for none.</param>
public readonly record struct Delivery(Message Message, ushort Id, byte Qos, bool Retain, bool Duplicate, uint[] Identifiers);
