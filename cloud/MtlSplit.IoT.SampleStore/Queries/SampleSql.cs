using System.Globalization;
using DuckDB.NET.Data;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>One SELECT that a person typed.</summary>
internal static class SampleSql
{
    /// <summary>Refuses anything but one SELECT. DuckDB's own parser decides.</summary>
    public static void RequireSelect(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT json_serialize_sql({SampleDatabase.Quote(sql)})::VARCHAR";
        using var parsed = System.Text.Json.JsonDocument.Parse((string)command.ExecuteScalar()!);
        var root = parsed.RootElement;
        if (root.TryGetProperty("error", out var error) && error.ValueKind == System.Text.Json.JsonValueKind.True)
        {
            var message = root.TryGetProperty("error_message", out var text) ? text.GetString() : "it cannot be parsed";
            throw new SampleStoreException($"Only one SELECT can be asked: {message}");
        }

        if (root.GetProperty("statements").GetArrayLength() != 1)
        {
            throw new SampleStoreException("Only one SELECT can be asked at a time.");
        }
    }

    public static SampleTableResult Run(DuckDBConnection connection, string sql, int maxRows)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            if (rows.Count == maxRows)
            {
                return new SampleTableResult(columns, rows, Truncated: true);
            }

            var row = new object?[columns.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Show(reader.GetValue(i));
            }

            rows.Add(row);
        }

        return new SampleTableResult(columns, rows, Truncated: false);
    }

    private static object Show(object value)
    {
        switch (value)
        {
            case Stream bytes:
                using (bytes)
                using (var copy = new MemoryStream())
                {
                    bytes.CopyTo(copy);
                    return Convert.ToHexStringLower(copy.GetBuffer().AsSpan(0, (int)copy.Length));
                }

            case DateTime time:
                return time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            case System.Collections.IEnumerable list when value is not string:
                return "[" + string.Join(", ", list.Cast<object?>()) + "]";
            default:
                return value;
        }
    }
}
