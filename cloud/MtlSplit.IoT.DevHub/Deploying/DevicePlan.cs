using System.Text.Json.Nodes;

namespace MtlSplit.IoT.DevHub.Deploying;

/// <summary>What deployments want of one device. Immutable.</summary>
/// <param name="Applied">The configurations that are in force, the base first, then layers in ascending priority.</param>
/// <param name="Targeted">Those that target the device and are not in force.</param>
/// <param name="Modules">The desired properties of each module that they name; null: leave every module as it is.</param>
/// <param name="Fault">Why those that should be in force cannot be; null: they are.</param>
internal sealed record DevicePlan(IReadOnlyList<string> Applied, IReadOnlyList<string> Targeted, IReadOnlyDictionary<string, JsonObject>? Modules, string? Fault)
{
    /// <summary>The status of each configuration, as $edgeAgent's twin has it.</summary>
    public JsonObject Statuses()
    {
        var statuses = Applied.Select(id => (Id: id, Status: "Applied")).Concat(Targeted.Select(id => (Id: id, Status: "Targeted"))).OrderBy(one => one.Id, StringComparer.Ordinal);
        return new JsonObject(statuses.Select(one => KeyValuePair.Create(one.Id, (JsonNode?)new JsonObject { ["status"] = one.Status })));
    }
}
