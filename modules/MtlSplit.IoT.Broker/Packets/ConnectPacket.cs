namespace MtlSplit.IoT.Broker.Packets;

/// <summary>What a client asks for when it connects.</summary>
internal sealed class ConnectPacket
{
    public required ProtocolVersion Version { get; init; }

    public required string ClientId { get; init; }

    public required bool CleanStart { get; init; }

    /// <summary>Seconds; 0 = never checked.</summary>
    public required ushort KeepAlive { get; init; }

    public string? UserName { get; init; }

    public byte[]? Password { get; init; }

    public Message? Will { get; init; }

    /// <summary>Seconds between the loss of the connection and the will.</summary>
    public uint WillDelay { get; init; }

    /// <summary>Seconds that the session outlives its connection; uint.MaxValue = for ever.</summary>
    public uint SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public uint MaximumPacketSize { get; init; } = uint.MaxValue;
}
