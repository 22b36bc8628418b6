using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Tests.Deployments;

/// <summary>Deployments for tests.</summary>
internal static class Manifests
{
    public const string Base = """
        {
          "modulesContent": {
            "$edgeAgent": {
              "properties.desired": {
                "schemaVersion": "1.1",
                "runtime": { "type": "docker", "settings": { "minDockerVersion": "v1.25", "loggingOptions": "", "registryCredentials": { "own": { "username": "u", "password": "p", "address": "registry.local" } } } },
                "systemModules": {
                  "edgeAgent": { "type": "docker", "imagePullPolicy": "never", "settings": { "image": "agent:1.5" } },
                  "edgeHub": { "type": "docker", "status": "running", "restartPolicy": "always", "startupOrder": 0, "settings": { "image": "hub:1.5", "createOptions": "{}" } }
                },
                "modules": {
                  "backbone": {
                    "version": "2.0", "type": "docker", "status": "running", "restartPolicy": "on-failure", "imagePullPolicy": "never", "startupOrder": 1,
                    "env": { "Text": { "value": "a" }, "Number": { "value": 1.50 }, "Flag": { "value": true } },
                    "settings": { "image": " backbone:2.0 ", "createOptions": "{\"HostConfig\":", "createOptions01": "{\"Privileged\":true}", "createOptions02": "}" }
                  },
                  "head": { "type": "docker", "status": "stopped", "restartPolicy": "never", "settings": { "image": "head" } }
                }
              }
            },
            "$edgeHub": {
              "properties.desired": {
                "schemaVersion": "1.1",
                "routes": {
                  "up": "FROM /messages/* INTO $upstream",
                  "features": { "route": "FROM /messages/modules/backbone/outputs/features INTO BrokeredEndpoint(\"/modules/head/inputs/features\")", "priority": 0, "timeToLiveSecs": 60 },
                  "gone": ""
                },
                "storeAndForwardConfiguration": { "timeToLiveSecs": 7200, "storeLimits": { "maxSizeBytes": 1048576 } }
              }
            },
            "head": { "properties.desired": { "threshold": 0.5, "tasks": { "size": true } } }
          }
        }
        """;

    public const string Agent = "modulesContent.$edgeAgent.properties.desired";

    public const string Hub = "modulesContent.$edgeHub.properties.desired";

    public static JsonObject Document => Documents.Parse(Base);

    public static JsonObject AgentOf(JsonObject document) => document["modulesContent"]!["$edgeAgent"]!["properties.desired"]!.AsObject();

    public static JsonObject HubOf(JsonObject document) => document["modulesContent"]!["$edgeHub"]!["properties.desired"]!.AsObject();

    /// <summary>A layer of the given parts, module to parts.</summary>
    public static JsonObject Layer(string modulesContent) => Documents.Parse($$"""{"modulesContent":{{modulesContent}}}""");

    /// <summary>Sets what lies at a path of names; a null value removes it.</summary>
    public static void Set(JsonObject target, string path, JsonNode? value)
    {
        var names = path.Split('/');
        foreach (var name in names[..^1])
        {
            target = target[name]!.AsObject();
        }

        if (value is null)
        {
            target.Remove(names[^1]);
        }
        else
        {
            target[names[^1]] = value;
        }
    }
}
