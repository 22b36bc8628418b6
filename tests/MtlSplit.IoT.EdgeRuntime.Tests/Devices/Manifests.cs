using System.Text.Json.Nodes;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Devices;

/// <summary>Deployments.</summary>
internal static class Manifests
{
    public static JsonObject Of(JsonObject modules, JsonObject? routes = null, int keepSeconds = 7200) => new()
    {
        ["$edgeAgent"] = new JsonObject
        {
            ["properties.desired"] = new JsonObject
            {
                ["schemaVersion"] = "1.1",
                ["runtime"] = new JsonObject { ["type"] = "docker", ["settings"] = new JsonObject { ["minDockerVersion"] = "v1.25" } },
                ["systemModules"] = new JsonObject
                {
                    ["edgeAgent"] = new JsonObject { ["type"] = "docker", ["settings"] = new JsonObject { ["image"] = "edge/agent:1" } },
                    ["edgeHub"] = new JsonObject { ["type"] = "docker", ["status"] = "running", ["restartPolicy"] = "always", ["startupOrder"] = 0, ["settings"] = new JsonObject { ["image"] = "edge/hub:1" } },
                },
                ["modules"] = modules,
            },
        },
        ["$edgeHub"] = new JsonObject
        {
            ["properties.desired"] = new JsonObject
            {
                ["schemaVersion"] = "1.1",
                ["routes"] = routes ?? [],
                ["storeAndForwardConfiguration"] = new JsonObject { ["timeToLiveSecs"] = keepSeconds },
            },
        },
    };

    public static JsonObject Module(string image, string status = "running", string restart = "always", string? mood = null)
    {
        var module = new JsonObject { ["type"] = "docker", ["status"] = status, ["restartPolicy"] = restart, ["settings"] = new JsonObject { ["image"] = image } };
        if (mood is not null)
        {
            module["env"] = new JsonObject { ["MOOD"] = new JsonObject { ["value"] = mood } };
        }

        return module;
    }
}
