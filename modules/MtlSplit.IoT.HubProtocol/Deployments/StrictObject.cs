using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>
/// An object of a deployment while it is read: fields are taken by name, and <see cref="End"/> refuses what was not taken. A field that is
/// null counts as absent.
/// </summary>
internal sealed class StrictObject
{
    private readonly Dictionary<string, JsonNode?> _left;

    public StrictObject(JsonNode? node, string path)
    {
        Path = path;
        Json = node as JsonObject ?? throw new DeploymentException(path, $"an object is wanted, not {HubJson.Describe(node)}.");
        _left = Json.ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);
    }

    public string Path { get; }

    public JsonObject Json { get; }

    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public DeploymentException Fault(string name, string problem) => new(PathOf(name), problem);

    public JsonNode? Take(string name) => _left.Remove(name, out var value) ? value : null;

    public StrictObject Object(string name) => OptionalObject(name) ?? throw Fault(name, "is missing.");

    public StrictObject? OptionalObject(string name) => Take(name) is { } value ? new StrictObject(value, PathOf(name)) : null;

    public string String(string name) => OptionalString(name) ?? throw Fault(name, "is missing.");

    public string? OptionalString(string name) => Take(name) switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => HubJson.TextOf(value),
        var other => throw Fault(name, $"a string is wanted, not {HubJson.Describe(other)}."),
    };

    public long? OptionalWhole(string name, long least, long most)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        return HubJson.TryGetWhole(value, out var number) && number >= least && number <= most
            ? number
            : throw Fault(name, $"{value.ToJsonString()} is not a whole number from {least} to {most}.");
    }

    /// <summary>One of a few words, compared exactly; null if the field is absent.</summary>
    public T? OptionalChoice<T>(string name, IReadOnlyList<(string Word, T Value)> choices)
        where T : struct
    {
        if (OptionalString(name) is not { } word)
        {
            return null;
        }

        foreach (var choice in choices)
        {
            if (choice.Word == word)
            {
                return choice.Value;
            }
        }

        throw Fault(name, $"'{word}' is not one of {string.Join(", ", choices.Select(choice => choice.Word))}.");
    }

    /// <summary>Takes all that is left: objects whose names are the author's.</summary>
    public IReadOnlyList<(string Name, JsonNode? Value)> TakeAll()
    {
        var all = Json.Where(member => _left.ContainsKey(member.Key)).Select(member => (member.Key, member.Value)).ToArray();
        _left.Clear();
        return all;
    }

    /// <summary>Takes the fields whose names fulfil a condition, in the document's order.</summary>
    public IReadOnlyList<(string Name, JsonNode? Value)> TakeWhere(Func<string, bool> isWanted)
    {
        var taken = Json.Where(member => _left.ContainsKey(member.Key) && isWanted(member.Key)).Select(member => (member.Key, member.Value)).ToArray();
        foreach (var (name, _) in taken)
        {
            _left.Remove(name);
        }

        return taken;
    }

    /// <summary>Refuses a field that is known but means nothing here.</summary>
    public void Refuse(string name, string why)
    {
        if (Take(name) is not null)
        {
            throw Fault(name, why);
        }
    }

    /// <summary>Refuses the fields that nobody took.</summary>
    public void End()
    {
        if (_left.Count > 0)
        {
            throw Fault(Json.First(member => _left.ContainsKey(member.Key)).Key, "is not a known field here.");
        }
    }
}
