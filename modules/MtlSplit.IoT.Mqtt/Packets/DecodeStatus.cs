namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>What came of decoding the front of a buffer.</summary>
public enum DecodeStatus
{
    /// <summary>The packet at the front is not whole yet.</summary>
    NeedMore,

    /// <summary>A packet was decoded.</summary>
    Packet,

    /// <summary>The bytes break MQTT's rules or the server's limits; the connection has no future.</summary>
    Fault,
}
