namespace MtlSplit.IoT.Broker.Packets;

/// <summary>
/// One published message. It is shared by every queue it waits in: the payload is copied once when it arrives and never again
/// until it is written to a socket. Only the holder of the dispatcher's lock touches the mutable members.
/// </summary>
internal sealed class Message(Topic topic, byte[] payload, byte[] properties, byte qos, bool retain, uint? expirySeconds)
{
    /// <summary>Bookkeeping that a waiting message costs beside its bytes; an estimate of the objects around it.</summary>
    public const int Overhead = 160;

    public Topic Topic { get; } = topic;

    public byte[] Payload { get; } = payload;

    /// <summary>The properties that travel on unchanged, as on the wire: payload format, content type, response topic, correlation data, user properties.</summary>
    public byte[] Properties { get; } = properties;

    public byte Qos { get; } = qos;

    public bool Retain { get; } = retain;

    public uint? ExpirySeconds { get; } = expirySeconds;

    /// <summary>What this message costs while it waits, in bytes.</summary>
    public int Size => Payload.Length + Properties.Length + Topic.Utf8.Length + Overhead;

    /// <summary>When it expires, in the broker's milliseconds.</summary>
    public long ExpiresAt { get; set; } = long.MaxValue;

    /// <summary>How many queues hold it.</summary>
    public int Holders { get; set; }
}
