namespace MtlSplit.IoT.Messaging;

/// <summary>A message to publish. Immutable; the payload's memory must not change until the publish has an outcome.</summary>
/// <param name="Topic">The topic, without wildcards.</param>
/// <param name="Payload">The content. It is not copied.</param>
public sealed record BusMessage(string Topic, ReadOnlyMemory<byte> Payload)
{
    /// <summary>How hard it is delivered; at least once by default.</summary>
    public BusQos Qos { get; init; } = BusQos.AtLeastOnce;

    /// <summary>Whether the broker keeps it as the topic's last value for later subscribers. An empty retained payload clears that value.</summary>
    public bool Retain { get; init; }

    /// <summary>How long the broker may keep it undelivered, in whole seconds, at least one; null: for ever. MQTT 5 only.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Named values beside the payload; names may repeat. MQTT 5 only.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>The payload's media type. MQTT 5 only.</summary>
    public string? ContentType { get; init; }
}
