using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.Broker.Sessions;

/// <summary>
/// The connection of one client as the dispatcher sees it. Every call is made under the dispatcher's lock, returns at once and never
/// throws: what is written is sent later, and a connection that turns out dead is reported by its host.
/// </summary>
internal interface ILink
{
    /// <summary>The session that this connection carries; set and cleared by the dispatcher.</summary>
    Session? Session { get; set; }

    /// <summary>
    /// Whether more messages may be written now. After false, the host calls the dispatcher's Resume once there is room again.
    /// </summary>
    bool HasRoom { get; }

    void ConnAck(ConnAck answer);

    /// <param name="delivery">What to send.</param>
    /// <param name="expirySeconds">What is left of the message's life; null = it has no end.</param>
    void Publish(in Delivery delivery, uint? expirySeconds);

    void PubAck(ushort id, byte reason);

    void SubAck(ushort id, ReadOnlySpan<byte> reasons);

    void UnsubAck(ushort id, ReadOnlySpan<byte> reasons);

    void PingResp();

    /// <summary>Sends what is written, then DISCONNECT with the reason where the client speaks MQTT 5, and closes.</summary>
    void Close(byte reason, string? why);
}
