namespace MtlSplit.IoT.Broker.Packets;

/// <summary>The MQTT versions spoken, with their numbers on the wire.</summary>
internal enum ProtocolVersion : byte
{
    None = 0,
    Mqtt311 = 4,
    Mqtt5 = 5,
}
