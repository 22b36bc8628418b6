using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>
/// The content of a deployment: <c>{"modulesContent":{"$edgeAgent":{…},"$edgeHub":{…},"module":{…}}}</c>. A base deployment gives the desired
/// properties of <c>$edgeAgent</c> and <c>$edgeHub</c> whole; a layered one only sets parts of them. What is parsed is valid: the system's
/// sections were read once, limits of twins are kept. Immutable.
/// </summary>
public sealed class DeploymentContent
{
    private const string ContentKey = "modulesContent";
    private const string OldContentKey = "moduleContent";

    // The path keys of a layer do not say for which schema they are; the newest knows most.
    private const int NewestMinor = int.MaxValue;

    internal DeploymentContent(IReadOnlyDictionary<string, ModuleContent> modules) => Modules = modules;

    /// <summary>What it does to each module, by the module's id.</summary>
    public IReadOnlyDictionary<string, ModuleContent> Modules { get; }

    /// <summary>Whether it is a layer over another deployment: it does not give all desired properties of <c>$edgeAgent</c>.</summary>
    public bool IsLayered => !Modules.TryGetValue(DeploymentNames.EdgeAgent, out var agent) || !agent.IsFull;

    /// <summary>Reads a content object from UTF-8.</summary>
    /// <exception cref="DeploymentException">It is no JSON object, names a field twice or cannot be used; names the path.</exception>
    public static DeploymentContent Parse(ReadOnlySpan<byte> utf8) =>
        HubJson.TryParseObject(utf8, out var document, out var fault) ? Parse(document) : throw new DeploymentException("", fault);

    /// <summary>
    /// Reads a content object, or a file in which tools keep it under <c>content</c> beside an id, labels, metrics, a priority and a target
    /// condition, which are passed over. The object must not name a field twice: read it with <see cref="HubJson"/>.
    /// </summary>
    /// <exception cref="DeploymentException">It cannot be used; names the path.</exception>
    public static DeploymentContent Parse(JsonObject document)
    {
        var outer = new StrictObject(document, "");
        var content = outer.OptionalObject("content");
        if (content is not null)
        {
            outer.TakeWhere(name => name is "id" or "labels" or "metrics" or "systemMetrics" or "priority" or "targetCondition" or "schemaVersion" or "contentType"
                or "createdTimeUtc" or "lastUpdatedTimeUtc" or "etag" or "$schema");
            outer.End();
        }
        else
        {
            outer.Take("$schema");
            content = outer;
        }

        var modules = content.OptionalObject(ContentKey) ?? content.OptionalObject(OldContentKey) ?? throw content.Fault(ContentKey, "is missing.");
        content.End();

        var read = new Dictionary<string, ModuleContent>(StringComparer.Ordinal);
        foreach (var (name, json) in modules.TakeAll())
        {
            if (name is not (DeploymentNames.EdgeAgent or DeploymentNames.EdgeHub) && !DeploymentNames.IsModule(name))
            {
                throw modules.Fault(name, $"'{name}' may not be a module's name: letters, digits, _ and - are allowed.");
            }

            read[name] = ModuleContent.Read(new StrictObject(json, modules.PathOf(name)));
        }

        if (read.Count == 0)
        {
            throw new DeploymentException(modules.Path, "is empty.", DeploymentException.Empty);
        }

        var parsed = new DeploymentContent(read);
        parsed.Check(modules.Path);
        return parsed;
    }

    /// <summary>The desired properties of <c>$edgeAgent</c>.</summary>
    /// <exception cref="DeploymentException">The deployment is layered, or they cannot be used.</exception>
    public EdgeAgentDesired ReadEdgeAgent() => EdgeAgentDesired.Parse(Whole(DeploymentNames.EdgeAgent), PathOf(DeploymentNames.EdgeAgent));

    /// <summary>The desired properties of <c>$edgeHub</c>.</summary>
    /// <exception cref="DeploymentException">The deployment is layered, or they cannot be used.</exception>
    public EdgeHubDesired ReadEdgeHub() => EdgeHubDesired.Parse(Whole(DeploymentNames.EdgeHub), PathOf(DeploymentNames.EdgeHub));

    /// <summary>The content as <c>{"modulesContent":{…}}</c>.</summary>
    public JsonObject ToJson()
    {
        var modules = new JsonObject();
        foreach (var (name, module) in Modules)
        {
            modules[name] = module.ToJson();
        }

        return new JsonObject { [ContentKey] = modules };
    }

    /// <summary>Checks what the system's modules shall do, as far as a layer tells.</summary>
    internal void Check(string path)
    {
        if (!IsLayered)
        {
            ReadEdgeAgent();
            ReadEdgeHub();
            return;
        }

        if (Modules.TryGetValue(DeploymentNames.EdgeHub, out var hub) && hub.IsFull)
        {
            throw new DeploymentException($"{path}.{DeploymentNames.EdgeHub}.{ModuleContent.FullKey}", "a layered deployment sets parts of it only, such as properties.desired.routes.name.");
        }

        CheckParts(DeploymentNames.EdgeAgent, path, "modules", DeploymentNames.IsModule, ["schemaVersion", "runtime", "systemModules", "modules"], (name, json, place) => ModuleSpec.Parse(name, json, place));
        CheckParts(
            DeploymentNames.EdgeHub,
            path,
            "routes",
            DeploymentNames.IsPlain,
            ["schemaVersion", "routes", "storeAndForwardConfiguration", "mqttBroker"],
            (name, json, place) => RouteSpec.Read(name, json, place, NewestMinor));
    }

    private static string PathOf(string module) => $"{ContentKey}.{module}.{ModuleContent.FullKey}";

    private void CheckParts(string module, string path, string list, Func<string, bool> mayBeCalled, string[] known, Action<string, JsonNode, string> check)
    {
        foreach (var (part, value) in Modules.TryGetValue(module, out var content) ? content.Paths : [])
        {
            var place = $"{path}.{module}.{ModuleContent.FullKey}.{part}";
            var steps = part.Split('.');
            if (!known.Contains(steps[0]))
            {
                throw new DeploymentException(place, $"{module} has no {steps[0]}.");
            }

            if (steps.Length > 1 && steps[0] == list && !mayBeCalled(steps[1]))
            {
                throw new DeploymentException(place, $"'{steps[1]}' may not be the name of one of the {list}.");
            }

            if (steps.Length == 2 && steps[0] == list && value is not null)
            {
                check(steps[1], value, place);
            }
            else if (steps.Length == 1 && steps[0] == list)
            {
                foreach (var (name, member) in new StrictObject(value, place).Json)
                {
                    check(name, member ?? throw new DeploymentException($"{place}.{name}", "an object is wanted, not null."), $"{place}.{name}");
                }
            }
        }
    }

    private JsonObject Whole(string module) =>
        Modules.TryGetValue(module, out var content) && content.Full is { } desired
            ? desired
            : throw new DeploymentException(PathOf(module), "is missing.");
}
