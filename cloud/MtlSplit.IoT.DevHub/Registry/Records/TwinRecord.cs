using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>The twin of a device or a module. Its objects are never changed once they are here.</summary>
internal sealed record TwinRecord
{
    /// <summary>Rises with each change by a service.</summary>
    public required long Etag { get; init; }

    /// <summary>Rises with each change.</summary>
    public required long Version { get; init; }

    /// <summary>What only services see.</summary>
    public required JsonObject Tags { get; init; }

    /// <summary>What services want.</summary>
    public required TwinSection Desired { get; init; }

    /// <summary>What the client says.</summary>
    public required TwinSection Reported { get; init; }

    /// <summary>The deployments that target the device, each with its status. Only $edgeAgent's twin has any.</summary>
    public required JsonObject Configurations { get; init; }
}
