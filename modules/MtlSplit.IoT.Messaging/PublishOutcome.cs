namespace MtlSplit.IoT.Messaging;

/// <summary>What became of a publish.</summary>
public enum PublishOutcome
{
    /// <summary>The broker took the message (QoS 1), or it was written to the connection (QoS 0).</summary>
    Delivered,

    /// <summary>The broker took the message, but nobody subscribes to its topic (reason 0x10): it reached no one. MQTT 5 only.</summary>
    NoSubscriber,

    /// <summary>The broker, or this client on its behalf, refused it; the reason code says why. Repeating it unchanged is of no use.</summary>
    Refused,

    /// <summary>No answer within <see cref="BusOptions.PublishTimeout"/>. It may have arrived or not; it is not sent again.</summary>
    TimedOut,

    /// <summary>The connection was closed before an answer came. It may have arrived or not.</summary>
    Closed,
}
