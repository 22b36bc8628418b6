using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>The desired properties of <c>$edgeAgent</c>: the modules that the device shall have. Immutable.</summary>
public sealed record EdgeAgentDesired
{
    /// <summary>The most modules of one deployment, the system's not counted.</summary>
    public const int MaxModules = 50;

    private const int NewestMinor = 1;

    /// <summary>The schema's version, <c>1.0</c> or <c>1.1</c>.</summary>
    public string SchemaVersion { get; init; } = "1.1";

    /// <summary>What runs containers.</summary>
    public RuntimeSpec Runtime { get; init; } = new();

    /// <summary>The module <c>$edgeAgent</c>.</summary>
    public required ModuleSpec EdgeAgent { get; init; }

    /// <summary>The module <c>$edgeHub</c>.</summary>
    public required ModuleSpec EdgeHub { get; init; }

    /// <summary>The author's modules by name.</summary>
    public IReadOnlyDictionary<string, ModuleSpec> Modules { get; init; } = new Dictionary<string, ModuleSpec>();

    /// <summary>The block that signs the deployment, unread; null if there is none. Whoever gets it keeps it unchanged.</summary>
    public JsonNode? Integrity { get; init; }

    /// <summary>Reads the section; <c>$version</c> and <c>$metadata</c>, which a twin adds, are passed over.</summary>
    /// <param name="desired">The section.</param>
    /// <param name="path">Where in the document it is, for messages.</param>
    /// <exception cref="DeploymentException">It cannot be used; names the path and the status that says so.</exception>
    public static EdgeAgentDesired Parse(JsonObject desired, string path = "properties.desired")
    {
        var section = new StrictObject(desired, path);
        section.Take("$version");
        section.Take("$metadata");
        if (desired.All(member => Twins.TwinRules.IsReserved(member.Key)))
        {
            throw new DeploymentException(path, "is empty.", DeploymentException.Empty);
        }

        var minor = Deployments.SchemaVersion.Take(section, NewestMinor);
        var system = section.Object("systemModules");
        var modules = section.OptionalObject("modules");
        var read = new EdgeAgentDesired
        {
            SchemaVersion = $"1.{minor}",
            Runtime = RuntimeSpec.Read(section.Object("runtime")),
            EdgeAgent = ModuleSpec.ReadSystem(system, isAgent: true, minor),
            EdgeHub = ModuleSpec.ReadSystem(system, isAgent: false, minor),
            Modules = ReadModules(modules, minor),
            Integrity = section.Take("integrity")?.DeepClone(),
        };
        system.End();
        section.End();
        return read;
    }

    /// <summary>The section as a deployment has it.</summary>
    public JsonObject ToJson()
    {
        var modules = new JsonObject();
        foreach (var (name, module) in Modules)
        {
            modules[name] = module.ToJson();
        }

        var json = new JsonObject
        {
            ["schemaVersion"] = SchemaVersion,
            ["runtime"] = Runtime.ToJson(),
            ["systemModules"] = new JsonObject { ["edgeAgent"] = EdgeAgent.ToJson(), ["edgeHub"] = EdgeHub.ToJson() },
            ["modules"] = modules,
        };
        if (Integrity is not null)
        {
            json["integrity"] = Integrity.DeepClone();
        }

        return json;
    }

    private static Dictionary<string, ModuleSpec> ReadModules(StrictObject? modules, int minor)
    {
        var read = new Dictionary<string, ModuleSpec>(StringComparer.Ordinal);
        foreach (var (name, json) in modules?.TakeAll() ?? [])
        {
            read[name] = ModuleSpec.Read(name, new StrictObject(json, modules!.PathOf(name)), isSystem: false, minor);
        }

        return read.Count <= MaxModules ? read : throw new DeploymentException(modules!.Path, $"holds {read.Count} modules; {MaxModules} are the most.");
    }
}
