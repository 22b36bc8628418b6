using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Canonical;

/// <summary>
/// The canonical form of a JSON text after RFC 8785 (JCS): members sorted by UTF-16 code units, numbers as ECMAScript
/// writes them, the shortest escapes, no white space. Equal meaning gives equal bytes, so a digest of them is an identity.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Rewrites a JSON text in canonical form.</summary>
    /// <exception cref="JsonException">The text is not JSON, repeats a member, or holds a number that a double cannot.</exception>
    public static byte[] Canonicalise(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.BytesConsumed != json.Length && !IsWhiteSpace(json[(int)reader.BytesConsumed..]))
        {
            throw new JsonException("There is more after the JSON value.");
        }

        var text = new StringBuilder(json.Length);
        Append(text, document.RootElement);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static bool IsWhiteSpace(ReadOnlySpan<byte> rest) => rest.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static void Append(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, element);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var first = true;
                foreach (var item in element.EnumerateArray())
                {
                    text.Append(first ? "" : ",");
                    Append(text, item);
                    first = false;
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, element.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Format(element.GetDouble()));
                break;
            default:
                text.Append(element.ValueKind switch
                {
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => "null",
                });
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement element)
    {
        var members = element.EnumerateObject().ToArray();
        Array.Sort(members, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        text.Append('{');
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                if (members[i].Name == members[i - 1].Name)
                {
                    throw new JsonException($"The member '{members[i].Name}' stands twice in one object.");
                }

                text.Append(',');
            }

            AppendString(text, members[i].Name);
            text.Append(':');
            Append(text, members[i].Value);
        }

        text.Append('}');
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    /// <summary>
    /// A number as ECMAScript's Number::toString writes it: the shortest digits that read back to the same double, plain
    /// between 1e-6 and 1e21, with an exponent outside.
    /// </summary>
    internal static string Format(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new JsonException("A number is too large for a double.");
        }

        if (value == 0)
        {
            return "0";
        }

        // "E16" of the round-trip form gives the digits and the exponent apart.
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var negative = shortest[0] == '-';
        var body = negative ? shortest[1..] : shortest;
        var exponentAt = body.IndexOf('E', StringComparison.Ordinal);
        var exponent = exponentAt < 0 ? 0 : int.Parse(body.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? body : body[..exponentAt];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var digits = (point < 0 ? mantissa : whole + mantissa[(point + 1)..]).TrimStart('0');
        var leadingZeros = (point < 0 ? mantissa.Length : mantissa.Length - 1) - digits.Length;
        var n = whole.Length + exponent - leadingZeros; // The value is 0.digits times 10 to the n.
        digits = digits.TrimEnd('0');
        var k = digits.Length;
        var text = n switch
        {
            > 0 and <= 21 when k <= n => digits + new string('0', n - k),
            > 0 and <= 21 => digits[..n] + "." + digits[n..],
            > -6 and <= 0 => "0." + new string('0', -n) + digits,
            _ => digits[..1] + (k > 1 ? "." + digits[1..] : "") + "e" + (n - 1 < 0 ? "-" : "+") + Math.Abs(n - 1).ToString(CultureInfo.InvariantCulture),
        };
        return negative ? "-" + text : text;
    }
}
