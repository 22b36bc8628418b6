using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>
/// A container's create options: JSON in a string, which is cut into <c>createOptions</c>, <c>createOptions01</c>, … <c>createOptions99</c>
/// because a value of a twin is limited.
/// </summary>
internal static class CreateOptionsText
{
    public const string Field = "createOptions";

    // What the runtime of Azure writes; readers take pieces of any length.
    private const int PieceLength = 512;
    private const int MaxPieces = 100;

    /// <summary>Takes the pieces, joins them and sees that they are the JSON of an object; null if there are none or they are empty.</summary>
    public static string? Take(StrictObject settings)
    {
        var pieces = new SortedDictionary<int, (string Name, JsonNode? Value)>();
        foreach (var piece in settings.TakeWhere(name => PlaceOf(name) is not null))
        {
            if (!pieces.TryAdd(PlaceOf(piece.Name)!.Value, piece))
            {
                throw settings.Fault(piece.Name, "is the same piece again in another case.");
            }
        }

        var text = new StringBuilder();
        foreach (var (place, (name, value)) in pieces)
        {
            if (place > 0 && !pieces.ContainsKey(place - 1))
            {
                throw settings.Fault(name, $"the piece before it, {NameOf(place - 1)}, is missing.");
            }

            text.Append(value switch
            {
                null => "",
                JsonValue piece when piece.GetValueKind() == JsonValueKind.String => HubJson.TextOf(piece),
                _ => throw settings.Fault(name, $"a string that holds JSON is wanted, not {HubJson.Describe(value)}."),
            });
        }

        var joined = text.ToString();
        if (string.IsNullOrWhiteSpace(joined))
        {
            return null;
        }

        return HubJson.TryParseObject(Encoding.UTF8.GetBytes(joined), out _, out var fault)
            ? joined
            : throw settings.Fault(Field, $"the string does not hold the JSON of an object: {fault}");
    }

    public static void Write(JsonObject settings, string text)
    {
        var pieces = (text.Length + PieceLength - 1) / PieceLength;
        if (pieces > MaxPieces)
        {
            throw new DeploymentException(Field, $"has {text.Length} characters; {MaxPieces * PieceLength} are the most.");
        }

        for (var i = 0; i < pieces; i++)
        {
            settings[NameOf(i)] = text.Substring(i * PieceLength, Math.Min(PieceLength, text.Length - (i * PieceLength)));
        }
    }

    private static string NameOf(int place) => place == 0 ? Field : string.Create(CultureInfo.InvariantCulture, $"{Field}{place:00}");

    private static int? PlaceOf(string name)
    {
        if (!name.StartsWith(Field, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var digits = name.AsSpan(Field.Length);
        return digits.IsEmpty ? 0
            : digits.Length == 2 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place > 0 ? place
            : null;
    }
}
