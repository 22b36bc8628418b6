namespace MtlSplit.IoT.Messaging.Telemetry;

/// <summary>Names of what the bus client measures, for those who collect it.</summary>
public static class BusMetrics
{
    /// <summary>The meter.</summary>
    public const string MeterName = "MtlSplit.IoT.Messaging";

    /// <summary>Publishes handed to the connection, repeats not counted.</summary>
    public const string Published = "mtlsplit.bus.published";

    /// <summary>Publishes sent again after a reconnect.</summary>
    public const string Resent = "mtlsplit.bus.resent";

    /// <summary>Messages received for a subscription.</summary>
    public const string Delivered = "mtlsplit.bus.delivered";

    /// <summary>Messages received and dropped.</summary>
    public const string Dropped = "mtlsplit.bus.dropped";

    /// <summary>Connections made after a loss.</summary>
    public const string Reconnects = "mtlsplit.bus.reconnects";

    /// <summary>MQTT bytes written.</summary>
    public const string SentBytes = "mtlsplit.bus.sent";

    /// <summary>MQTT bytes read.</summary>
    public const string ReceivedBytes = "mtlsplit.bus.received";
}
