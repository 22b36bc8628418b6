namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>
/// One published message. It may be shared by every queue it waits in: the payload is copied once when it arrives and never again
/// until it is written to a socket. The settable members are a server's bookkeeping, which guards them itself; the codec leaves them alone.
/// </summary>
/// <param name="topic">Where it was published.</param>
/// <param name="payload">The body; not copied, so its maker must not change it afterwards.</param>
/// <param name="properties">The MQTT 5 properties that travel on, as on the wire; empty for none.</param>
/// <param name="qos">0 or 1.</param>
/// <param name="retain">The retain flag as published.</param>
/// <param name="expirySeconds">The MQTT 5 message expiry; null = none.</param>
public sealed class Message(Topic topic, byte[] payload, byte[] properties, byte qos, bool retain, uint? expirySeconds)
{
    /// <summary>Bookkeeping that a waiting message costs beside its bytes; an estimate of the objects around it.</summary>
    public const int Overhead = 160;

    /// <summary>Where it was published.</summary>
    public Topic Topic { get; } = topic;

    /// <summary>The body.</summary>
    public byte[] Payload { get; } = payload;

    /// <summary>The properties that travel on unchanged, as on the wire: payload format, content type, response topic, correlation data, user properties.</summary>
    public byte[] Properties { get; } = properties;

    /// <summary>0 or 1.</summary>
    public byte Qos { get; } = qos;

    /// <summary>The retain flag as published.</summary>
    public bool Retain { get; } = retain;

    /// <summary>The MQTT 5 message expiry; null = none.</summary>
    public uint? ExpirySeconds { get; } = expirySeconds;

    /// <summary>What this message costs while it waits, in bytes.</summary>
    public int Size => Payload.Length + Properties.Length + Topic.Utf8.Length + Overhead;

    /// <summary>When it expires, in the server's milliseconds.</summary>
    public long ExpiresAt { get; set; } = long.MaxValue;

    /// <summary>How many queues hold it.</summary>
    public int Holders { get; set; }
}
