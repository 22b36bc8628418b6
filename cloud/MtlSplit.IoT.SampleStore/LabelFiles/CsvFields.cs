using System.Text;

namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>Takes the text of one record of RFC 4180 apart.</summary>
internal static class CsvFields
{
    /// <summary>Whether the quotes of a text are all closed, so that a record may end here. A doubled quote closes and opens.</summary>
    public static bool IsClosed(ReadOnlySpan<byte> record) => record.Count((byte)'"') % 2 == 0;

    /// <summary>Splits a record. Returns false where a quote stands where none may.</summary>
    public static bool TrySplit(string record, List<string> fields)
    {
        fields.Clear();
        var field = new StringBuilder();
        for (var i = 0; ; i++)
        {
            field.Clear();
            if (i < record.Length && record[i] == '"')
            {
                i++;
                while (true)
                {
                    var quote = i < record.Length ? record.IndexOf('"', i) : -1;
                    if (quote < 0)
                    {
                        return false;
                    }

                    field.Append(record, i, quote - i);
                    i = quote + 1;
                    if (i >= record.Length || record[i] != '"')
                    {
                        break;
                    }

                    field.Append('"');
                    i++;
                }
            }
            else
            {
                var end = record.IndexOf(',', i);
                end = end < 0 ? record.Length : end;
                if (record.IndexOf('"', i, end - i) >= 0)
                {
                    return false;
                }

                field.Append(record, i, end - i);
                i = end;
            }

            fields.Add(field.ToString());
            if (i >= record.Length)
            {
                return true;
            }

            if (record[i] != ',')
            {
                return false;
            }
        }
    }

    /// <summary>A field as it stands in a file.</summary>
    public static string Quote(string? value) => value is null ? ""
        : value.AsSpan().ContainsAny('"', ',', '\n') || value.Contains('\r', StringComparison.Ordinal) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : value;
}
