using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Tests.Registry;

namespace MtlSplit.IoT.DevHub.Tests.Deploying;

/// <summary>Contents of deployments.</summary>
internal static class Deployments
{
    /// <summary>A whole deployment whose runtime runs some modules, and what it says of their own desired properties.</summary>
    public static JsonObject Whole(IEnumerable<string> modules, IReadOnlyDictionary<string, JsonObject>? desired = null)
    {
        var content = Hubs.Json("""
            {"modulesContent":{
              "$edgeAgent":{"properties.desired":{"schemaVersion":"1.1","runtime":{"type":"docker","settings":{"minDockerVersion":"v1.25"}},
                "systemModules":{"edgeAgent":{"type":"docker","settings":{"image":"agent:1"}},"edgeHub":{"type":"docker","status":"running","restartPolicy":"always","settings":{"image":"hub:1"}}},
                "modules":{}}},
              "$edgeHub":{"properties.desired":{"schemaVersion":"1.1","routes":{},"storeAndForwardConfiguration":{"timeToLiveSecs":7200}}}}}
            """);
        var contents = content["modulesContent"]!.AsObject();
        foreach (var module in modules)
        {
            contents["$edgeAgent"]!["properties.desired"]!["modules"]![module] = Module($"{module}:1");
        }

        foreach (var (module, section) in desired ?? new Dictionary<string, JsonObject>())
        {
            contents[module] = new JsonObject { ["properties.desired"] = section.DeepClone() };
        }

        return content;
    }

    /// <summary>A layer that sets paths of one module's desired properties.</summary>
    public static JsonObject Layer(string module, IReadOnlyDictionary<string, JsonNode?> paths) => new()
    {
        ["modulesContent"] = new JsonObject
        {
            [module] = new JsonObject(paths.Select(path => KeyValuePair.Create($"properties.desired.{path.Key}", path.Value?.DeepClone()))),
        },
    };

    /// <summary>A module of the runtime.</summary>
    public static JsonObject Module(string image) => new()
    {
        ["version"] = "1",
        ["type"] = "docker",
        ["status"] = "running",
        ["restartPolicy"] = "always",
        ["settings"] = new JsonObject { ["image"] = image },
    };

    /// <summary>A configuration's body.</summary>
    public static JsonObject Body(JsonObject content, int priority, string targetCondition = "*") =>
        new() { ["content"] = content.DeepClone(), ["priority"] = priority, ["targetCondition"] = targetCondition };
}
