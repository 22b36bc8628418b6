namespace MtlSplit.IoT.Messaging;

/// <summary>What one connection has done since it was made.</summary>
/// <param name="Published">Publishes handed to the connection, repeats not counted.</param>
/// <param name="Resent">Publishes sent again after a reconnect.</param>
/// <param name="Delivered">Messages received for a subscription; one that matches two counts twice.</param>
/// <param name="Dropped">Messages received and dropped: QoS 0 past the queue's bound, or for no subscription.</param>
/// <param name="Reconnects">Connections made after a loss, or in place of one whose credentials ran out.</param>
/// <param name="SentBytes">MQTT bytes written, before encryption.</param>
/// <param name="ReceivedBytes">MQTT bytes read, after decryption.</param>
public readonly record struct BusStatistics(
    long Published, long Resent, long Delivered, long Dropped, long Reconnects, long SentBytes, long ReceivedBytes);
