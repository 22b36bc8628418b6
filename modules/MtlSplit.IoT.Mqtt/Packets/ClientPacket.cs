namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>One packet from a client, decoded. Which members are set depends on the kind.</summary>
public readonly struct ClientPacket
{
    /// <summary>Which control packet it is; never <see cref="PacketKind.None"/> in a packet that the decoder gave out.</summary>
    public PacketKind Kind { get; init; }

    /// <summary>The packet identifier; 0 where the kind has none.</summary>
    public ushort Id { get; init; }

    /// <summary>The reason code of a PUBACK or DISCONNECT.</summary>
    public byte Code { get; init; }

    /// <summary>The message of a PUBLISH.</summary>
    public Message? Message { get; init; }

    /// <summary>What a CONNECT asks for.</summary>
    public ConnectPacket? Connect { get; init; }

    /// <summary>The filters of a SUBSCRIBE or UNSUBSCRIBE.</summary>
    public FilterRequest[]? Filters { get; init; }

    /// <summary>The subscription identifier of a SUBSCRIBE, 0 = none; the new session expiry of a DISCONNECT.</summary>
    public uint? Number { get; init; }
}
