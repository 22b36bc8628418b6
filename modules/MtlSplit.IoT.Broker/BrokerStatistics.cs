namespace MtlSplit.IoT.Broker;

/// <summary>The broker's counters at one moment; all counts since it started. Immutable.</summary>
public sealed record BrokerStatistics
{
    /// <summary>Clients connected now.</summary>
    public required int Connections { get; init; }

    /// <summary>Sessions kept now, connected or not.</summary>
    public required int Sessions { get; init; }

    /// <summary>Bytes kept now in queues, unacknowledged and retained.</summary>
    public required long KeptBytes { get; init; }

    /// <summary>Retained messages kept now.</summary>
    public required int Retained { get; init; }

    /// <summary>Messages that clients published.</summary>
    public required long Received { get; init; }

    /// <summary>Messages sent to clients, repeats included.</summary>
    public required long Sent { get; init; }

    /// <summary>Messages that clients acknowledged.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Published messages that nobody had subscribed to (reason 0x10).</summary>
    public required long NoSubscriber { get; init; }

    /// <summary>Messages refused because the broker's total budget was used up (reason 0x97).</summary>
    public required long Refused { get; init; }

    /// <summary>Publishes and subscriptions refused because the client may not (reason 0x87).</summary>
    public required long Unauthorised { get; init; }

    /// <summary>Messages whose own expiry passed before they were delivered.</summary>
    public required long MessageExpired { get; init; }

    /// <summary>Messages that moved from a gone or stalled member of a group to be given to another.</summary>
    public required long Moved { get; init; }

    /// <summary>Members disconnected because they held a message for too long.</summary>
    public required long HoldDisconnects { get; init; }

    /// <summary>Messages discarded because the last member of their group left for good.</summary>
    public required long Abandoned { get; init; }

    /// <summary>Messages larger than a client's maximum packet size, not sent to it.</summary>
    public required long TooLarge { get; init; }

    /// <summary>Connections closed because of malformed or forbidden packets.</summary>
    public required long Faults { get; init; }

    /// <summary>Messages expired by the groups' bounds in bytes and age, in all.</summary>
    public required long GroupExpired { get; init; }

    /// <summary>The same for each live group, by <c>{group}/{filter}</c>; groups that never expired anything are left out.</summary>
    public required IReadOnlyDictionary<string, long> ExpiredByGroup { get; init; }

    /// <summary>Messages dropped from plain subscribers' queues, in all.</summary>
    public required long ObserverDropped { get; init; }

    /// <summary>The same for each live session, by client identifier; sessions that never lost anything are left out.</summary>
    public required IReadOnlyDictionary<string, long> DroppedByObserver { get; init; }
}
