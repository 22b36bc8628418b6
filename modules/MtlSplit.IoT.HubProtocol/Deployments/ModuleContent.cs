using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>
/// What a deployment does to the desired properties of one module: replaces them all (<see cref="Full"/>), or sets parts of them
/// (<see cref="Paths"/>). Immutable: every JSON object that it gives out is the caller's own.
/// </summary>
public sealed class ModuleContent
{
    internal const string FullKey = "properties.desired";

    private readonly JsonObject? _full;
    private readonly IReadOnlyList<KeyValuePair<string, JsonNode?>> _paths;

    private ModuleContent(JsonObject? full, IReadOnlyList<KeyValuePair<string, JsonNode?>> paths)
    {
        _full = full;
        _paths = paths;
    }

    /// <summary>Whether it replaces all desired properties.</summary>
    public bool IsFull => _full is not null;

    /// <summary>All desired properties; null if only parts are set. A copy.</summary>
    public JsonObject? Full => _full?.DeepClone().AsObject();

    /// <summary>The parts that are set, by path below the desired properties such as <c>modules.head</c>, in the document's order; null removes. Copies.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonNode?>> Paths => [.. _paths.Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone()))];

    /// <summary>Content that replaces all desired properties.</summary>
    public static ModuleContent OfAll(JsonObject desired) => new(desired.DeepClone().AsObject(), []);

    /// <summary>Reads what stands under a module's name in <c>modulesContent</c>.</summary>
    /// <exception cref="DeploymentException">It cannot be used; names the path.</exception>
    internal static ModuleContent Read(StrictObject module)
    {
        var full = module.OptionalObject(FullKey);
        var parts = module.TakeAll();
        if (full is not null && parts.Count > 0)
        {
            throw module.Fault(parts[0].Name, $"cannot stand beside {FullKey}, which sets everything.");
        }

        if (full is not null)
        {
            CheckLimits(full.Json, full.Path);
            return OfAll(full.Json);
        }

        return parts.Count > 0
            ? new ModuleContent(null, ReadParts(module, parts))
            : throw new DeploymentException(module.Path, $"sets nothing; {FullKey} or {FullKey}.some.path is wanted.");
    }

    /// <summary>The desired properties after this content. The argument is not changed.</summary>
    public JsonObject ApplyTo(JsonObject desired)
    {
        if (_full is not null)
        {
            return _full.DeepClone().AsObject();
        }

        var result = desired.DeepClone().AsObject();
        foreach (var (path, value) in _paths)
        {
            Set(result, path.Split('.'), value);
        }

        return result;
    }

    /// <summary>The content as a deployment has it.</summary>
    public JsonObject ToJson()
    {
        if (_full is not null)
        {
            return new JsonObject { [FullKey] = Full };
        }

        var json = new JsonObject();
        foreach (var (path, value) in _paths)
        {
            json[$"{FullKey}.{path}"] = value?.DeepClone();
        }

        return json;
    }

    private static List<KeyValuePair<string, JsonNode?>> ReadParts(StrictObject module, IReadOnlyList<(string Name, JsonNode? Value)> parts)
    {
        var read = new List<KeyValuePair<string, JsonNode?>>();
        foreach (var (name, value) in parts)
        {
            if (!name.StartsWith(FullKey + ".", StringComparison.Ordinal))
            {
                throw module.Fault(name, $"is not a known field here; {FullKey} or {FullKey}.some.path is wanted.");
            }

            var path = name[(FullKey.Length + 1)..];
            if (path.Split('.').Any(string.IsNullOrEmpty))
            {
                throw module.Fault(name, "has an empty name in its path.");
            }

            // If one path lay inside another, what results would depend on the order of the document.
            var clash = read.Find(other => IsInside(path, other.Key) || IsInside(other.Key, path)).Key;
            if (clash is not null)
            {
                throw module.Fault(name, $"overlaps with {FullKey}.{clash}.");
            }

            // What is removed must have a name that could have been set, so any value stands in for null.
            var whole = new JsonObject();
            Set(whole, path.Split('.'), value ?? JsonValue.Create(true));
            CheckLimits(whole, module.PathOf(FullKey));
            read.Add(KeyValuePair.Create(path, value?.DeepClone()));
        }

        return read;
    }

    private static bool IsInside(string path, string other) => path.StartsWith(other + ".", StringComparison.Ordinal);

    private static void CheckLimits(JsonObject desired, string path)
    {
        if (TwinRules.Check(desired, TwinSectionKind.Desired) is { } fault)
        {
            throw new DeploymentException(fault.Path.Length == 0 ? path : $"{path}.{fault.Path}", fault.Message);
        }
    }

    private static void Set(JsonObject desired, ReadOnlySpan<string> path, JsonNode? value)
    {
        while (path.Length > 1)
        {
            if (desired[path[0]] is not JsonObject next)
            {
                if (value is null)
                {
                    return;
                }

                desired[path[0]] = next = [];
            }

            desired = next;
            path = path[1..];
        }

        if (value is null)
        {
            desired.Remove(path[0]);
        }
        else
        {
            desired[path[0]] = value.DeepClone();
        }
    }
}
