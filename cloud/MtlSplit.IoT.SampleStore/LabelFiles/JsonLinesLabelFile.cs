using System.Text.Json;
using MtlSplit.IoT.SampleStore.Labelling;

namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>Reads labels from JSON Lines: one object a line. Names that labels do not have are left alone.</summary>
internal static class JsonLinesLabelFile
{
    public static IEnumerable<LabelFileRow> Read(string path)
    {
        foreach (var line in TextLines.Read(path))
        {
            if (line.Bytes.AsSpan().Trim(" \t"u8).Length == 0)
            {
                continue;
            }

            var place = $"line {line.Number}";
            yield return !TextLines.TryDecode(line.Bytes, out var text) ? LabelFileRow.Broken(place, LabelFault.NotUtf8, "the bytes are not UTF-8", text)
                : line.TooLong ? LabelFileRow.Broken(place, LabelFault.Unreadable, $"the line is longer than {TextLines.MaxLength} bytes", text)
                : ReadObject(place, text);
        }
    }

    private static LabelFileRow ReadObject(string place, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return LabelFileRow.Broken(place, LabelFault.Unreadable, "it is no JSON object", text);
            }

            var values = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!TryRead(property, out var value))
                {
                    return LabelFileRow.Broken(place, LabelFault.Unreadable, $"'{property.Name}' is no text", text);
                }

                if (!values.TryAdd(property.Name, value))
                {
                    return LabelFileRow.Broken(place, LabelFault.Unreadable, $"'{property.Name}' is there twice", text);
                }
            }

            return new LabelFileRow(place, new LabelFields(
                values.GetValueOrDefault(LabelColumns.Frame),
                values.GetValueOrDefault(LabelColumns.Vehicle),
                values.GetValueOrDefault(LabelColumns.Task),
                values.GetValueOrDefault(LabelColumns.Class),
                values.GetValueOrDefault(LabelColumns.LabelledAt)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second one: an escape that is half of a character.
            return LabelFileRow.Broken(place, LabelFault.Unreadable, $"it is no JSON: {e.Message}", text);
        }
    }

    /// <summary>A value as text. Only a time may be a number: whether class 1 is "1" or "1.0" is not for us to guess.</summary>
    private static bool TryRead(JsonProperty property, out string? value)
    {
        var ours = property.Name is LabelColumns.Frame or LabelColumns.Vehicle or LabelColumns.Task or LabelColumns.Class or LabelColumns.LabelledAt;
        value = !ours || property.Value.ValueKind == JsonValueKind.Null ? null
            : property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()
            : property.Value.GetRawText();
        return !ours || property.Value.ValueKind is JsonValueKind.Null or JsonValueKind.String || (property.Name == LabelColumns.LabelledAt && property.Value.ValueKind == JsonValueKind.Number);
    }
}
