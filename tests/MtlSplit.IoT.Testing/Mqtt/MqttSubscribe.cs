namespace MtlSplit.IoT.Testing.Mqtt;

/// <summary>A SUBSCRIBE of MQTT 3.1.1.</summary>
public sealed record MqttSubscribe(ushort PacketId, IReadOnlyList<(string Filter, byte Qos)> Filters);
