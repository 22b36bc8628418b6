using System.Text.Json.Nodes;
using CsCheck;

namespace MtlSplit.IoT.HubProtocol.Tests;

/// <summary>JSON objects that tests draw: few names, so that they meet, and no null members.</summary>
internal static class Documents
{
    private static readonly Gen<string> Names = Texts.OneOf("a", "b", "c", "d");

    /// <summary>An object of any depth up to three below it.</summary>
    public static readonly Gen<JsonObject> Objects = Object(3, withNulls: false);

    /// <summary>A patch: an object whose members may be null.</summary>
    public static readonly Gen<JsonObject> Patches = Object(3, withNulls: true);

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static Gen<JsonObject> Object(int depth, bool withNulls) =>
        Gen.Select(Names, Value(depth, withNulls), (name, value) => (Name: name, Value: value)).List[0, 4].Select(members =>
        {
            var made = new JsonObject();
            foreach (var (name, value) in members)
            {
                made[name] = value is null ? null : JsonNode.Parse(value);
            }

            return made;
        });

    // Values travel as text: a node has one parent only.
    private static Gen<string?> Value(int depth, bool withNulls)
    {
        var leaf = Texts.OneOf("1", "2", "-3.5", "\"x\"", "\"\"", "true", "false", "[1,2]", "[{\"a\":1}]", "{}");
        return depth == 0
            ? leaf.Select(text => (string?)text)
            : Gen.Select(Gen.Int[0, 5], leaf, Object(depth - 1, withNulls), (kind, text, nested) => kind switch
            {
                0 when withNulls => null,
                < 4 => text,
                _ => nested.ToJsonString(),
            });
    }
}
