namespace MtlSplit.IoT.Messaging;

/// <summary>Where a connection to the bus stands.</summary>
public enum BusState
{
    /// <summary>Not connected; trying, once started.</summary>
    Disconnected,

    /// <summary>The broker accepted the connection and knows its subscriptions.</summary>
    Connected,

    /// <summary>Closed for good; nothing is sent or received any more.</summary>
    Closed,
}
