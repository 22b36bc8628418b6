using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Queries.Expressions;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>An automatic deployment. Immutable; its objects are never changed once they are here.</summary>
internal sealed record ConfigurationRecord
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Rises with each change.</summary>
    public required long Etag { get; init; }

    /// <summary>The version of the configuration's own layout.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>The higher wins.</summary>
    public required int Priority { get; init; }

    /// <summary>Which devices it is for, as it was written.</summary>
    public required string TargetCondition { get; init; }

    /// <summary>Which devices it is for.</summary>
    public required Expression Condition { get; init; }

    /// <summary>Its owner's labels.</summary>
    public required JsonObject Labels { get; init; }

    /// <summary>What it deploys, as it was written.</summary>
    public required JsonObject ContentJson { get; init; }

    /// <summary>What it deploys.</summary>
    public required DeploymentContent Content { get; init; }

    /// <summary>Queries of its owner whose rows are counted, by name.</summary>
    public required IReadOnlyDictionary<string, string> Metrics { get; init; }

    /// <summary>When it was made; of two with the same priority the later wins.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset Updated { get; init; }
}
