namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>How a connection came to its end.</summary>
internal enum EndKind
{
    /// <summary>The client said DISCONNECT.</summary>
    Left,

    /// <summary>The other side closed, or the network broke.</summary>
    Lost,

    /// <summary>The client broke a rule.</summary>
    Fault,

    /// <summary>The same client connected anew.</summary>
    TakenOver,

    /// <summary>The client's right to be connected ended.</summary>
    Expired,

    /// <summary>The client was silent for too long.</summary>
    Silent,

    /// <summary>The client did not read what it was sent.</summary>
    Stalled,

    /// <summary>The hub wants it so, or failed.</summary>
    Hub,

    /// <summary>The gateway stops.</summary>
    Stopping,
}
