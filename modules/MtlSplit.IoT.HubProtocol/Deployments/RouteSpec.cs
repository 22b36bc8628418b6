using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>One route of a deployment. Immutable.</summary>
/// <param name="Name">The author's name for it.</param>
/// <param name="Route">The route.</param>
/// <param name="Priority">0, the highest, to 9; null if not given, which is below all of them.</param>
/// <param name="TimeToLive">How long messages are kept for it; null for the hub's own time.</param>
public sealed record RouteSpec(string Name, Route Route, int? Priority = null, TimeSpan? TimeToLive = null)
{
    /// <summary>The priority by which routes are ordered: lower first, <see cref="int.MaxValue"/> if not given.</summary>
    public int EffectivePriority => Priority ?? int.MaxValue;

    /// <summary>Whether both are the same route under the same name.</summary>
    public bool Equals(RouteSpec? other) =>
        other is not null && Name == other.Name && Route.Text == other.Route.Text && Priority == other.Priority && TimeToLive == other.TimeToLive;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Route.Text, Priority, TimeToLive);

    /// <summary>The route as a deployment has it: text alone where nothing else is given.</summary>
    public JsonNode ToJson()
    {
        if (Priority is null && TimeToLive is null)
        {
            return JsonValue.Create(Route.Text);
        }

        var json = new JsonObject { ["route"] = Route.Text };
        if (Priority is not null)
        {
            json["priority"] = Priority;
        }

        if (TimeToLive is not null)
        {
            json["timeToLiveSecs"] = (long)TimeToLive.Value.TotalSeconds;
        }

        return json;
    }

    /// <summary>Reads a route; null for the empty text, by which a route is removed.</summary>
    internal static RouteSpec? Read(string name, JsonNode? json, string path, int minorVersion)
    {
        if (!DeploymentNames.IsPlain(name))
        {
            throw new DeploymentException(path, $"'{name}' may not be a route's name: no . $ # and no white space.");
        }

        if (json is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            return ReadText(HubJson.TextOf(value), path) is { } text ? new RouteSpec(name, text) : null;
        }

        if (json is not JsonObject)
        {
            throw new DeploymentException(path, $"a route's text or an object is wanted, not {HubJson.Describe(json)}.");
        }

        if (minorVersion < 1)
        {
            throw new DeploymentException(path, "a route that is an object needs schemaVersion 1.1.");
        }

        var spec = new StrictObject(json, path);
        var route = ReadText(spec.String("route"), spec.PathOf("route"));
        var priority = spec.OptionalWhole("priority", 0, 9);
        var seconds = spec.OptionalWhole("timeToLiveSecs", 0, uint.MaxValue);
        spec.End();
        return route is null ? null : new RouteSpec(name, route, (int?)priority, seconds is null or 0 ? null : TimeSpan.FromSeconds(seconds.Value));
    }

    private static Route? ReadText(string text, string path)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return Route.TryParse(text, out var route, out var fault) ? route : throw new DeploymentException(path, $"'{text}' is not a route. {fault}");
    }
}
