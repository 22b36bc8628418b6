using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace MtlSplit.IoT.Cli.Tests.Manifests;

/// <summary>One change somewhere in a document. The numbers are taken modulo what there is, so that every one of them means something.</summary>
/// <param name="Place">Which member of which object or array.</param>
/// <param name="Kind">What is done there.</param>
/// <param name="Detail">With what.</param>
internal sealed record ManifestMutation(int Place, int Kind, int Detail)
{
    private static readonly string[] Names =
    [
        "surprise", "$schema", "id", "content", "modulesContent", "moduleContent", "$edgeAgent", "$edgeHub", "backbone", "a b", "a.b", "a$b", "ä", "", "properties.desired", "properties.desired.x",
        "properties.desired.a..b", "properties.desired.modules", "properties.desired.modules.m", "properties.desired.modules.ü", "properties.desired.modules.m.x", "properties.desired.routes", "properties.desired.routes.r",
        "properties.desired.schemaVersion", "properties.desired.integrity", "properties.desired.$version", "properties.desired.broker", "properties.desired.broker.host", "properties.desired.bundle",
        "properties.desired.publish.rate", "properties.desired.publish.colour", "schemaVersion", "runtime", "systemModules", "modules", "routes", "storeAndForwardConfiguration", "mqttBroker", "integrity", "status",
        "restartPolicy", "imagePullPolicy", "startupOrder", "env", "settings", "version", "type", "createOptions", "CREATEOPTIONS", "createOptions00", "createOptions01", "createOptions1", "digest", "value", "route", "priority",
        "timeToLiveSecs", "storeLimits", "maxSizeBytes", "fleet", "vehicle", "broker", "bundle", "publish", "host", "port", "tls", "encoding", "rate", "source", "contract", "release", "$version", "$metadata", "labels",
        "A+B", "registryCredentials",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "-1", "7", "10", "1001", "65536", "2147483648", "4294967296", "0.5", "\"\"", "\" \"", "\"x\"", "\"x y\"", "\"docker\"", "\"running\"", "\"never\"", "\"1.0\"", "\"1.1\"",
        "\"1.1.0\"", "\"1.01\"", "\"1.3\"", "\"1.4\"", "\"2.0\"", "\"u8\"", "\"https://h/b\"", "\"/var/b\"", "\"ftp://h/b\"", "\" https://h/b\"", "\"0123\"", "\"CAPITAL\"", "\"{}\"", "[]", "[1]", "[null]", "{}", "{\"value\":1}",
        "{\"value\":null}", "{\"value\":{}}", "{\"host\":\"h\"}", "{\"a b\":1}", "{\"route\":\"\"}", "{\"x\":{\"y\":[{\"z\":null}]}}", "{\"properties.desired\":{}}", "{\"properties.desired\":null}", "{\"properties.desired.x\":null}",
        "{\"properties.desired\":null,\"properties.desired.x\":1}", "{\"properties.desired.a b\":null}",
    ];

    public static Gen<ManifestMutation> Any { get; } = Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 5], Gen.Int[0, 10_000], static (place, kind, detail) => new ManifestMutation(place, kind, detail));

    /// <summary>The document with the change.</summary>
    public string ApplyTo(string document)
    {
        var root = JsonNode.Parse(document)!;
        var places = new List<(JsonObject Parent, string Name)>();
        Walk(root, places);
        if (places.Count == 0)
        {
            return document;
        }

        var (parent, name) = places[Place % places.Count];
        switch (Kind)
        {
            case 0:
                parent.Remove(name);
                break;
            case 1:
                parent[Names[Detail % Names.Length]] = JsonNode.Parse(Values[Detail / Names.Length % Values.Length]);
                break;
            case 2:
                var moved = parent[name]?.DeepClone();
                parent.Remove(name);
                parent[Names[Detail % Names.Length]] = moved;
                break;
            case 3:
                // Something that is right elsewhere.
                var (from, other) = places[Detail % places.Count];
                parent[name] = from[other]?.DeepClone();
                break;
            default:
                parent[name] = JsonNode.Parse(Values[Detail % Values.Length]);
                break;
        }

        return root.ToJsonString(new JsonSerializerOptions { MaxDepth = 200 });
    }

    private static void Walk(JsonNode? node, List<(JsonObject Parent, string Name)> places)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json)
                {
                    places.Add((json, name));
                    Walk(value, places);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Walk(item, places);
                }

                break;
            default:
                break;
        }
    }
}
