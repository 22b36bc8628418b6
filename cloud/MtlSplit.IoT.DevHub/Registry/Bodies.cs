using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.DevHub.Registry;

/// <summary>Reads members of a request's body; what is of another type is refused by its path.</summary>
internal static class Bodies
{
    /// <summary>A text; null where it is missing or null.</summary>
    public static string? Text(JsonObject body, string name, string path = "") => body[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw Wrong(path + name, "a string"),
    };

    /// <summary>A boolean; null where it is missing or null.</summary>
    public static bool? Flag(JsonObject body, string name, string path = "") => body[name]?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(path + name, "true or false"),
    };

    /// <summary>A whole number; null where it is missing or null.</summary>
    public static int? Whole(JsonObject body, string name, string path = "") => body[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number) => number,
        _ => throw Wrong(path + name, "a whole number"),
    };

    /// <summary>An object; null where it is missing or null.</summary>
    public static JsonObject? Object(JsonObject body, string name, string path = "") => body[name] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw Wrong(path + name, "an object"),
    };

    /// <summary>What to say of a member that is not what it must be.</summary>
    public static HubException Wrong(string path, string instead) => new(HubErrors.ArgumentInvalid, $"{path} must be {instead}.");

    /// <summary>What to say of a request that cannot be.</summary>
    public static HubException Invalid(string what) => new(HubErrors.ArgumentInvalid, what);
}
