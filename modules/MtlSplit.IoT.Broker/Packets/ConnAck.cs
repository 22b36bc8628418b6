namespace MtlSplit.IoT.Broker.Packets;

/// <summary>The broker's answer to CONNECT. Properties exist in MQTT 5 only.</summary>
internal sealed class ConnAck
{
    public required byte Reason { get; init; }

    public bool SessionPresent { get; init; }

    /// <summary>Set where the broker chose the identifier.</summary>
    public string? AssignedClientId { get; init; }

    /// <summary>Seconds; set where the broker grants less than was asked for.</summary>
    public uint? SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; }

    public uint MaximumPacketSize { get; init; }

    public string? Why { get; init; }
}
