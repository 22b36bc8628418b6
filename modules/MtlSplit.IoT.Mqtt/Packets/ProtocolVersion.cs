namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>The MQTT versions spoken, with their numbers on the wire.</summary>
public enum ProtocolVersion : byte
{
    /// <summary>Not known yet.</summary>
    None = 0,

    /// <summary>MQTT 3.1.1.</summary>
    Mqtt311 = 4,

    /// <summary>MQTT 5.</summary>
    Mqtt5 = 5,
}
