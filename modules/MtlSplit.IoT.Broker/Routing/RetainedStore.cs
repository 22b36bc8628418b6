using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.Broker.Routing;

/// <summary>The last retained message of each topic. Not thread-safe; who puts in and takes out counts the bytes.</summary>
internal sealed class RetainedStore
{
    private readonly Dictionary<string, Message> _messages = new(StringComparer.Ordinal);

    public int Count => _messages.Count;

    public bool Contains(string topic) => _messages.ContainsKey(topic);

    /// <summary>Puts a message in its topic's place and returns the one that was there.</summary>
    public Message? Put(Message message)
    {
        _messages.Remove(message.Topic.Name, out var old);
        _messages[message.Topic.Name] = message;
        return old;
    }

    public Message? Remove(string topic)
    {
        _messages.Remove(topic, out var old);
        return old;
    }

    public IEnumerable<Message> Matching(string filter)
    {
        if (filter.AsSpan().IndexOfAny('+', '#') < 0)
        {
            return _messages.TryGetValue(filter, out var one) ? [one] : [];
        }

        return _messages.Values.Where(message => TopicFilter.Matches(filter, message.Topic.Name)).ToArray();
    }

    /// <summary>Takes out what has expired.</summary>
    public IReadOnlyList<Message> TakeExpired(long now)
    {
        var expired = _messages.Values.Where(message => message.ExpiresAt <= now).ToArray();
        foreach (var message in expired)
        {
            _messages.Remove(message.Topic.Name);
        }

        return expired;
    }
}
