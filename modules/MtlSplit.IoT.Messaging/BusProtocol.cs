namespace MtlSplit.IoT.Messaging;

/// <summary>The version of MQTT that a connection speaks.</summary>
public enum BusProtocol
{
    /// <summary>
    /// MQTT 3.1.1. It has no user properties, content type, expiry or reason codes: those of a message are not sent, a delivery
    /// carries none, an accepted publish is always <see cref="PublishOutcome.Delivered"/>, and <see cref="BusOptions.ReceiveMaximum"/>
    /// is not told to the broker. A session kept by the broker never expires by itself.
    /// </summary>
    Mqtt311,

    /// <summary>MQTT 5.</summary>
    Mqtt5,
}
