using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.Broker.Sessions;

/// <summary>A message that waits for one plain subscriber.</summary>
internal readonly record struct WaitingMessage(Message Message, byte Qos, bool Retain, bool Duplicate, uint[] Identifiers);
