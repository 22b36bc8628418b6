using System.Text.Json.Nodes;

namespace MtlSplit.IoT.DevHub.Deploying;

/// <summary>A configuration as it is kept.</summary>
internal sealed record ConfigurationRow
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Its etag.</summary>
    public required long Etag { get; init; }

    /// <summary>The version of its layout.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Its priority.</summary>
    public required int Priority { get; init; }

    /// <summary>Which devices it is for.</summary>
    public required string TargetCondition { get; init; }

    /// <summary>Its labels.</summary>
    public required JsonObject Labels { get; init; }

    /// <summary>What it deploys.</summary>
    public required JsonObject Content { get; init; }

    /// <summary>Its owner's queries.</summary>
    public required JsonObject Metrics { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset Updated { get; init; }
}
