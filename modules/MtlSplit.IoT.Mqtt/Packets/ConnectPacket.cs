namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>What a client asks for when it connects.</summary>
public sealed class ConnectPacket
{
    /// <summary>The version that the connection speaks from here on.</summary>
    public required ProtocolVersion Version { get; init; }

    /// <summary>The client's name for itself; may be empty.</summary>
    public required string ClientId { get; init; }

    /// <summary>What the server remembers of the client is to be forgotten. MQTT 3.1.1 calls it the clean session flag.</summary>
    public required bool CleanStart { get; init; }

    /// <summary>Seconds; 0 = never checked.</summary>
    public required ushort KeepAlive { get; init; }

    /// <summary>Null where the client sent none.</summary>
    public string? UserName { get; init; }

    /// <summary>Null where the client sent none.</summary>
    public byte[]? Password { get; init; }

    /// <summary>What to publish should the connection break; null = nothing.</summary>
    public Message? Will { get; init; }

    /// <summary>Seconds between the loss of the connection and the will.</summary>
    public uint WillDelay { get; init; }

    /// <summary>Seconds that the session outlives its connection; uint.MaxValue = for ever.</summary>
    public uint SessionExpiry { get; init; }

    /// <summary>How many QoS 1 messages the client takes unacknowledged.</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The largest packet that the client takes, in bytes.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;
}
