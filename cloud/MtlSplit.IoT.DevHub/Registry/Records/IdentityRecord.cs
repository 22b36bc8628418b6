using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>A device or a module as the registry knows it. Immutable.</summary>
internal sealed record IdentityRecord
{
    /// <summary>Who it is.</summary>
    public required HubIdentity Id { get; init; }

    /// <summary>Tells it from an earlier identity of the same name.</summary>
    public required string GenerationId { get; init; }

    /// <summary>Rises with each change by the registry.</summary>
    public required long Etag { get; init; }

    /// <summary>Whether it may connect.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Why it has that status, in its owner's words.</summary>
    public string? StatusReason { get; init; }

    /// <summary>When the status changed.</summary>
    public required DateTimeOffset StatusUpdated { get; init; }

    /// <summary>How it proves that it is itself.</summary>
    public required Authentication Authentication { get; init; }

    /// <summary>Whether it is an IoT Edge device.</summary>
    public bool IsEdge { get; init; }

    /// <summary>Who keeps a module: "IotEdge", or null.</summary>
    public string? ManagedBy { get; init; }

    /// <summary>The scope of an edge device, which its children name.</summary>
    public string? DeviceScope { get; init; }

    /// <summary>Whether it is connected. Not kept: after a start nobody is.</summary>
    public bool Connected { get; init; }

    /// <summary>When that changed.</summary>
    public required DateTimeOffset ConnectionUpdated { get; init; }

    /// <summary>When it last did something.</summary>
    public required DateTimeOffset LastActivity { get; init; }
}
