using MtlSplit.IoT.Messaging.Receiving;

namespace MtlSplit.IoT.Messaging;

/// <summary>
/// A message that arrived. Its memory stays valid as long as the delivery is referenced. Acknowledge each one, after its effect: the
/// broker stops sending when <see cref="BusOptions.ReceiveMaximum"/> of them are open.
/// </summary>
public sealed class BusDelivery
{
    private readonly Action? _acknowledge;
    private int _acknowledged;

    /// <summary>Makes a delivery, for transports and tests.</summary>
    /// <param name="topic">Where it was published.</param>
    /// <param name="payload">Its content.</param>
    /// <param name="acknowledge">Called at the first <see cref="Acknowledge"/>; null: nothing to do.</param>
    public BusDelivery(string topic, ReadOnlyMemory<byte> payload, Action? acknowledge = null)
    {
        Topic = topic;
        Payload = payload;
        _acknowledge = acknowledge;
    }

    /// <summary>Where it was published.</summary>
    public string Topic { get; }

    /// <summary>Its content.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Named values beside the payload; empty over MQTT 3.1.1.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>The payload's media type, if the publisher said so.</summary>
    public string? ContentType { get; init; }

    /// <summary>It is the topic's kept value, published before the subscription.</summary>
    public bool Retained { get; init; }

    /// <summary>The broker sent it before and saw no acknowledgement. Only a hint: a message may arrive again without it.</summary>
    public bool Duplicate { get; init; }

    /// <summary>When it was read from the connection, in ticks of the connection's <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long ReceivedTimestamp { get; init; }

    /// <summary>What the broker waits to hear of; null: nothing.</summary>
    internal ReceivedPublish? Source { get; init; }

    /// <summary>
    /// Tells the broker that the message has had its effect. May be called in any order and from any thread; only the first call counts.
    /// The broker hears of it after all that arrived before it are acknowledged too. On a delivery of an earlier connection it does
    /// nothing: the broker delivers that message again.
    /// </summary>
    public void Acknowledge()
    {
        if (Interlocked.Exchange(ref _acknowledged, 1) == 0)
        {
            _acknowledge?.Invoke();
            Source?.Acknowledge();
        }
    }
}
