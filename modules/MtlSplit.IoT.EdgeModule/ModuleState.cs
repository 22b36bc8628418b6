namespace MtlSplit.IoT.EdgeModule;

/// <summary>Where a module's connection to its hub stands.</summary>
public enum ModuleState
{
    /// <summary>Not connected; trying, once opened.</summary>
    Disconnected,

    /// <summary>The hub accepted the module and knows its subscriptions.</summary>
    Connected,

    /// <summary>Closed for good.</summary>
    Closed,
}
