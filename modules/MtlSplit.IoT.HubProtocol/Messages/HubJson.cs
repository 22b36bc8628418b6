using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.HubProtocol.Messages;

/// <summary>
/// Reads JSON from the other side of a wire: UTF-8 (a byte order mark is passed over), no comments, no trailing commas, at most
/// <see cref="MaxDepth"/> levels, and no name twice in an object, which <see cref="JsonNode"/> by itself would notice only when it is used.
/// </summary>
public static class HubJson
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads any JSON value; JSON's null is null.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="node">The value.</param>
    /// <param name="fault">What is wrong with it; null if it was read.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out JsonNode? node, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            utf8 = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
            node = JsonNode.Parse(utf8, documentOptions: Strict);
            fault = null;
            return true;
        }
        catch (JsonException exception)
        {
            node = null;
            fault = exception.Message;
            return false;
        }
    }

    /// <summary>Reads a JSON object.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="read">The object.</param>
    /// <param name="fault">What is wrong with it; null if it was read.</param>
    public static bool TryParseObject(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JsonObject? read, [NotNullWhen(false)] out string? fault)
    {
        read = null;
        if (!TryParse(utf8, out var node, out fault))
        {
            return false;
        }

        read = node as JsonObject;
        fault = read is null ? $"A JSON object is wanted, not {Describe(node)}." : null;
        return read is not null;
    }

    /// <summary>Reads a JSON object.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="part">What is read, for the message.</param>
    /// <exception cref="HubFormatException">It is no JSON object; the message names the part.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, string part) =>
        TryParseObject(utf8, out var read, out var fault) ? read : throw new HubFormatException(part, $"{part}: {fault}");

    /// <summary>Writes a value as compact UTF-8; null is JSON's null.</summary>
    public static byte[] ToUtf8(JsonNode? node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return buffer.ToArray();
    }

    /// <summary>A string's text; any other value as JSON.</summary>
    public static string TextOf(JsonNode node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text
        : node.GetValueKind() == JsonValueKind.String ? node.ToJsonString().Trim('"')
        : node.ToJsonString();

    /// <summary>Reads a whole number, however the node came about: parsed, or made of any .NET number. A fraction or exponent refuses it.</summary>
    public static bool TryGetWhole(JsonNode? node, out long number)
    {
        number = 0;
        return node?.GetValueKind() == JsonValueKind.Number
            && long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>What kind of value it is, for messages: an object, an array, a string, a number, true or false, null.</summary>
    public static string Describe(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
