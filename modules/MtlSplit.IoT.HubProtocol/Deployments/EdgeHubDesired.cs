using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>The desired properties of <c>$edgeHub</c>: the routes and how long messages are kept. Immutable.</summary>
public sealed record EdgeHubDesired
{
    private const int NewestMinor = 3;

    /// <summary>The schema's version, <c>1.0</c> to <c>1.3</c>.</summary>
    public string SchemaVersion { get; init; } = "1.1";

    /// <summary>The routes by name; one whose text is empty is left out.</summary>
    public IReadOnlyDictionary<string, RouteSpec> Routes { get; init; } = new Dictionary<string, RouteSpec>();

    /// <summary>How long and how much is kept.</summary>
    public StoreAndForwardSpec StoreAndForward { get; init; } = StoreAndForwardSpec.Default;

    /// <summary>The block that signs the deployment, unread; null if there is none. Whoever gets it keeps it unchanged.</summary>
    public JsonNode? Integrity { get; init; }

    /// <summary>
    /// Reads the section; <c>$version</c> and <c>$metadata</c>, which a twin adds, are passed over, and so is <c>mqttBroker</c>, which the
    /// runtime gave up.
    /// </summary>
    /// <param name="desired">The section.</param>
    /// <param name="path">Where in the document it is, for messages.</param>
    /// <exception cref="DeploymentException">It cannot be used; names the path and the status that says so.</exception>
    public static EdgeHubDesired Parse(JsonObject desired, string path = "properties.desired")
    {
        var section = new StrictObject(desired, path);
        section.Take("$version");
        section.Take("$metadata");
        var minor = Deployments.SchemaVersion.Take(section, NewestMinor);
        if (minor < 2)
        {
            section.Refuse("mqttBroker", "needs schemaVersion 1.2.");
        }

        if (minor < 3)
        {
            section.Refuse("integrity", "needs schemaVersion 1.3.");
        }

        section.Take("mqttBroker");
        var storeAndForward = section.OptionalObject("storeAndForwardConfiguration");
        var read = new EdgeHubDesired
        {
            SchemaVersion = $"1.{minor}",
            Routes = ReadRoutes(section.OptionalObject("routes"), minor),
            StoreAndForward = storeAndForward is null ? StoreAndForwardSpec.Default : StoreAndForwardSpec.Read(storeAndForward),
            Integrity = section.Take("integrity")?.DeepClone(),
        };
        section.End();
        return read;
    }

    /// <summary>The section as a deployment has it.</summary>
    public JsonObject ToJson()
    {
        var routes = new JsonObject();
        foreach (var (name, route) in Routes)
        {
            routes[name] = route.ToJson();
        }

        var json = new JsonObject { ["schemaVersion"] = SchemaVersion, ["routes"] = routes, ["storeAndForwardConfiguration"] = StoreAndForward.ToJson() };
        if (Integrity is not null)
        {
            json["integrity"] = Integrity.DeepClone();
        }

        return json;
    }

    private static Dictionary<string, RouteSpec> ReadRoutes(StrictObject? routes, int minor)
    {
        var read = new Dictionary<string, RouteSpec>(StringComparer.Ordinal);
        foreach (var (name, json) in routes?.TakeAll() ?? [])
        {
            if (json is not null && RouteSpec.Read(name, json, routes!.PathOf(name), minor) is { } route)
            {
                read[name] = route;
            }
        }

        return read;
    }
}
