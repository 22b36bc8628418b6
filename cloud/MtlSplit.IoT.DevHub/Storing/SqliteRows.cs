using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>Columns as the registry has them.</summary>
internal static class SqliteRows
{
    /// <summary>A text that may be missing.</summary>
    public static string? Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A time, kept as ticks in UTC.</summary>
    public static DateTimeOffset Time(this SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    /// <summary>A JSON object.</summary>
    /// <exception cref="StoreException">It is none.</exception>
    public static JsonObject Json(this SqliteDataReader row, int column)
    {
        try
        {
            return JsonNode.Parse(row.GetString(column)) as JsonObject ?? throw new FormatException("not an object");
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or FormatException)
        {
            throw new StoreException($"The database's column {row.GetName(column)} of {row.GetString(0)} holds no JSON object: {e.Message}", e);
        }
    }
}
