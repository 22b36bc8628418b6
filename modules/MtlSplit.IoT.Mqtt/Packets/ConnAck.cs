namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>A server's answer to CONNECT. To MQTT 3.1.1 only <see cref="Reason"/>, as its nearest return code, and <see cref="SessionPresent"/> are told.</summary>
public sealed class ConnAck
{
    /// <summary>One of <see cref="Packets.Reason"/>; 0 = welcome.</summary>
    public required byte Reason { get; init; }

    /// <summary>The server remembers the client's subscriptions. Only with a welcome.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>Set where the server chose the identifier.</summary>
    public string? AssignedClientId { get; init; }

    /// <summary>Seconds; set where the server grants less than was asked for.</summary>
    public uint? SessionExpiry { get; init; }

    /// <summary>How many QoS 1 messages the client may have unacknowledged at the server.</summary>
    public ushort ReceiveMaximum { get; init; }

    /// <summary>The largest packet that the server takes, in bytes.</summary>
    public uint MaximumPacketSize { get; init; }

    /// <summary>What was wrong, for a person to read.</summary>
    public string? Why { get; init; }
}
