namespace MtlSplit.IoT.HubGateway;

/// <summary>What became of a message for a module's input.</summary>
public enum InputOutcome
{
    /// <summary>The module has acknowledged it; where it subscribed with QoS 0, it was sent. The only outcome after which it is done with.</summary>
    Completed,

    /// <summary>The module is not connected. Nothing was sent.</summary>
    NotConnected,

    /// <summary>The module has not subscribed to its inputs. Nothing was sent.</summary>
    NotSubscribed,

    /// <summary>As many messages wait for the module's acknowledgements as may. Nothing was sent.</summary>
    Busy,

    /// <summary>The message is larger than the dialect allows, or its properties do not fit into a topic. It will never get through.</summary>
    TooLarge,

    /// <summary>The connection ended first; the module may have the message.</summary>
    Disconnected,

    /// <summary>It was sent as often as it may be and never acknowledged in time; the module may have the message.</summary>
    TimedOut,
}
