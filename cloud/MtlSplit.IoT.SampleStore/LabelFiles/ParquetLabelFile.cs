using DuckDB.NET.Data;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>Reads labels from Parquet. A file that is torn, or whose text is not UTF-8, is refused whole: nothing in it can be trusted to be what was written.</summary>
internal static class ParquetLabelFile
{
    /// <exception cref="SampleStoreException">It is no whole Parquet file, or lacks a column.</exception>
    public static IEnumerable<LabelFileRow> Read(string path, bool taskIsGiven)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var rows = Open(connection, path, taskIsGiven);
        while (Next(rows, path))
        {
            yield return new LabelFileRow(
                $"row group {rows.GetInt64(0)}, row {rows.GetInt64(1)}",
                new LabelFields(Text(rows, 2), Text(rows, 3), Text(rows, 4), Text(rows, 5), Text(rows, 6)));
        }
    }

    private static DuckDBDataReader Open(DuckDBConnection connection, string path, bool taskIsGiven)
    {
        var file = SampleDatabase.Quote(path);
        try
        {
            Execute(connection, "SET threads = 1; SET memory_limit = '512MB'; SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false");
            var types = TopLevelColumns(connection, file);
            var columns = LabelColumns.Find([.. types.Select(t => t.Name)], taskIsGiven, path);
            var present = columns.Present.ToHashSet(StringComparer.Ordinal);
            string[] selected = [.. new[] { LabelColumns.Frame, LabelColumns.Vehicle, LabelColumns.Task, LabelColumns.Class }.Select(c => Select(c)), Time()];
            return Run(connection, $"""
                WITH groups AS (
                  SELECT row_group_id, row_group_num_rows, sum(row_group_num_rows) OVER (ORDER BY row_group_id) - row_group_num_rows AS before
                  FROM (SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata({file})))
                SELECT g.row_group_id + 1, (r.file_row_number - g.before + 1)::BIGINT, {string.Join(", ", selected)}
                FROM read_parquet({file}, file_row_number = true, hive_partitioning = false) r
                JOIN groups g ON r.file_row_number >= g.before AND r.file_row_number < g.before + g.row_group_num_rows
                ORDER BY r.file_row_number
                """);

            string Select(string column) => !present.Contains(column) ? "NULL::VARCHAR"
                : types.First(t => t.Name == column).Type == "VARCHAR" ? column
                : throw new SampleStoreException($"{path}: the column '{column}' is {types.First(t => t.Name == column).Type}, and must be text.");

            string Time() => !present.Contains(LabelColumns.LabelledAt) ? "NULL::VARCHAR"
                : types.First(t => t.Name == LabelColumns.LabelledAt).Type.StartsWith("TIMESTAMP", StringComparison.Ordinal) ? $"epoch_us({LabelColumns.LabelledAt})::VARCHAR"
                : $"{LabelColumns.LabelledAt}::VARCHAR";
        }
        catch (DuckDBException e)
        {
            throw Refused(path, e);
        }
    }

    /// <summary>The columns as the file names them: reading it, DuckDB gives the second of two equal names another one.</summary>
    private static List<(string Name, string Type)> TopLevelColumns(DuckDBConnection connection, string file)
    {
        using var schema = Run(connection, $"SELECT name, num_children FROM parquet_schema({file})");
        var names = new List<string>();
        if (schema.Read())
        {
            for (var left = schema.GetInt64(1); left > 0 && schema.Read(); left--)
            {
                names.Add(schema.GetString(0));
                for (var inner = schema.IsDBNull(1) ? 0 : schema.GetInt64(1); inner > 0 && schema.Read(); inner--)
                {
                    inner += schema.IsDBNull(1) ? 0 : schema.GetInt64(1);
                }
            }
        }

        using var described = Run(connection, $"SELECT column_type FROM (DESCRIBE SELECT * FROM read_parquet({file}, hive_partitioning = false))");
        var types = new List<string>();
        while (described.Read())
        {
            types.Add(described.GetString(0));
        }

        return [.. names.Zip(types)];
    }

    private static bool Next(DuckDBDataReader rows, string path)
    {
        try
        {
            return rows.Read();
        }
        catch (DuckDBException e)
        {
            throw Refused(path, e);
        }
    }

    private static SampleStoreException Refused(string path, DuckDBException e) => new($"{path}: it is no whole Parquet file with text in UTF-8: {e.Message}", e);

    private static string? Text(DuckDBDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static DuckDBDataReader Run(DuckDBConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return (DuckDBDataReader)command.ExecuteReader();
    }
}
