namespace MtlSplit.IoT.HubProtocol.Topics;

/// <summary>What is sent on a topic of the hub's dialect.</summary>
public enum HubTopicKind
{
    /// <summary>Client to hub: a message, <c>devices/{d}[/modules/{m}]/messages/events/{bag}</c>.</summary>
    Telemetry,

    /// <summary>Hub to module: a routed message, <c>devices/{d}/modules/{m}/inputs/{input}/{bag}</c>.</summary>
    Input,

    /// <summary>Client to hub: asks for the twin, <c>$iothub/twin/GET/?$rid={rid}</c>.</summary>
    TwinGet,

    /// <summary>Client to hub: changes the reported properties, <c>$iothub/twin/PATCH/properties/reported/?$rid={rid}</c>.</summary>
    TwinPatchReported,

    /// <summary>Hub to client: the answer to either, <c>$iothub/twin/res/{status}/?$rid={rid}[&amp;$version={v}]</c>.</summary>
    TwinResponse,

    /// <summary>Hub to client: the desired properties changed, <c>$iothub/twin/PATCH/properties/desired/?$version={v}</c>.</summary>
    DesiredPatch,

    /// <summary>Hub to client: a method is called, <c>$iothub/methods/POST/{name}/?$rid={rid}</c>.</summary>
    MethodRequest,

    /// <summary>Client to hub: its result, <c>$iothub/methods/res/{status}/?$rid={rid}</c>.</summary>
    MethodResponse,
}
