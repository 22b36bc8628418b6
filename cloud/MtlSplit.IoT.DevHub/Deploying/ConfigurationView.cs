using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Queries.Parsing;
using MtlSplit.IoT.DevHub.Queries.Running;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Views;

namespace MtlSplit.IoT.DevHub.Deploying;

/// <summary>Configurations as the service's REST interface shows them, with what their queries count now. Each call makes a new object.</summary>
internal static class ConfigurationView
{
    /// <summary>A configuration.</summary>
    public static JsonObject ToJson(RegistryState state, ConfigurationRecord configuration)
    {
        var system = SystemQueries(configuration);
        var systemResults = system.ToDictionary(query => query.Key, query => Count(state, query.Value));
        // The condition is not quite a part of the query language: it knows * and the empty text.
        systemResults["targetedCount"] = state.Devices.Values.Count(device => DevicePlanner.Targeting(device, [configuration]).Any());
        return new JsonObject
        {
            ["id"] = configuration.Id,
            ["schemaVersion"] = configuration.SchemaVersion,
            ["labels"] = configuration.Labels.DeepClone(),
            ["content"] = configuration.ContentJson.DeepClone(),
            ["targetCondition"] = configuration.TargetCondition,
            ["createdTimeUtc"] = IdentityView.Time(configuration.Created),
            ["lastUpdatedTimeUtc"] = IdentityView.Time(configuration.Updated),
            ["priority"] = configuration.Priority,
            ["systemMetrics"] = new JsonObject
            {
                ["results"] = Results(systemResults),
                ["queries"] = ConfigurationBody.WriteMetrics(system),
            },
            ["metrics"] = new JsonObject
            {
                ["results"] = Results(configuration.Metrics.ToDictionary(metric => metric.Key, metric => Count(state, metric.Value))),
                ["queries"] = ConfigurationBody.WriteMetrics(configuration.Metrics),
            },
            ["etag"] = EtagCondition.Format(configuration.Etag),
        };
    }

    private static Dictionary<string, string> SystemQueries(ConfigurationRecord configuration)
    {
        var applied = $"select deviceId from devices.modules where moduleId = '$edgeAgent' and configurations.[[{configuration.Id}]].status = 'Applied'";
        const string Current = "properties.desired.$version = properties.reported.lastDesiredVersion";
        return new Dictionary<string, string>
        {
            ["targetedCount"] = configuration.TargetCondition.Trim() switch
            {
                "" => "",
                "*" => "select deviceId from devices where capabilities.iotEdge = true",
                var condition => $"select deviceId from devices where capabilities.iotEdge = true and ({condition})",
            },
            ["appliedCount"] = applied,
            ["reportedSuccessfulCount"] = $"{applied} and {Current} and properties.reported.lastDesiredStatus.code = 200",
            ["reportedFailedCount"] = $"{applied} and {Current} and properties.reported.lastDesiredStatus.code != 200",
        };
    }

    private static int Count(RegistryState state, string query) => query.Length == 0 ? 0 : QueryRun.Count(state, QueryParser.Parse(query));

    private static JsonObject Results(IReadOnlyDictionary<string, int> results) =>
        new(results.OrderBy(result => result.Key, StringComparer.Ordinal).Select(result => KeyValuePair.Create(result.Key, (JsonNode?)result.Value)));
}
