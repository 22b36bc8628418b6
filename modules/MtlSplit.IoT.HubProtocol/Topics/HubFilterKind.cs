namespace MtlSplit.IoT.HubProtocol.Topics;

/// <summary>What a client asks for with a filter of the hub's dialect.</summary>
public enum HubFilterKind
{
    /// <summary>Answers to its twin requests, <c>$iothub/twin/res/#</c>.</summary>
    TwinResponses,

    /// <summary>Changes of its desired properties, <c>$iothub/twin/PATCH/properties/desired/#</c>.</summary>
    DesiredPatches,

    /// <summary>Calls of its methods, <c>$iothub/methods/POST/#</c>.</summary>
    MethodRequests,

    /// <summary>Messages routed to a module's inputs: <c>devices/{d}/modules/{m}/inputs/#</c>, or <c>devices/{d}/modules/{m}/#</c> as the .NET SDK spells it.</summary>
    Inputs,

    /// <summary>Messages from the cloud to a device (never a module), <c>devices/{d}/messages/devicebound/#</c>.</summary>
    DeviceBound,
}
