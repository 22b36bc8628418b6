using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.HubProtocol.Topics;

/// <summary>The few filters that a hub lets a client subscribe.</summary>
public static class HubFilter
{
    /// <summary>Says which filter a SUBSCRIBE names. Never throws.</summary>
    /// <param name="filter">The filter as the client sent it.</param>
    /// <param name="owner">The client; filters of others are refused, comparing case.</param>
    /// <param name="kind">What it asks for.</param>
    /// <returns>False if it is none of the documented filters or not the client's own.</returns>
    public static bool TryParse(string? filter, HubIdentity owner, out HubFilterKind kind)
    {
        switch (filter)
        {
            case HubTopics.TwinResponses:
                kind = HubFilterKind.TwinResponses;
                return true;
            case HubTopics.DesiredPatches:
                kind = HubFilterKind.DesiredPatches;
                return true;
            case HubTopics.MethodRequests:
                kind = HubFilterKind.MethodRequests;
                return true;
            case not null when owner.IsModule:
                kind = HubFilterKind.Inputs;
                return filter == HubTopics.Inputs(owner) || filter == HubTopics.ModuleMessages(owner);
            case not null:
                kind = HubFilterKind.DeviceBound;
                return filter == $"devices/{owner.DeviceId}/messages/devicebound/#";
            default:
                kind = default;
                return false;
        }
    }
}
