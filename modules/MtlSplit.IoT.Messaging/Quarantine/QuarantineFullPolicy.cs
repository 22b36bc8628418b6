namespace MtlSplit.IoT.Messaging.Quarantine;

/// <summary>What gives way when a quarantine has reached its bound.</summary>
public enum QuarantineFullPolicy
{
    /// <summary>The oldest segments are deleted, replayed or not, and counted.</summary>
    DropOldestSegment,

    /// <summary>Nothing: appending fails, and the message stays unacknowledged at the broker.</summary>
    RefuseNew,
}
