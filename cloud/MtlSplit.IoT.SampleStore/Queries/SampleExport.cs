using DuckDB.NET.Data;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>Writes what a SELECT finds to a file: whole, or not at all.</summary>
public static class SampleExport
{
    /// <summary>What a snapshot is joined with unless a statement says otherwise.</summary>
    public const string OfSnapshot =
        "SELECT s.frame, s.fleet, s.vehicle, s.captured_at, s.class_name, s.part, s.weight, f.contract, f.stream, f.inclusion_probability, f.encoding, f.tensor FROM snapshot s JOIN features f USING (frame, fleet, vehicle) ORDER BY s.captured_at, s.frame";

    /// <summary>Exports.</summary>
    /// <param name="dataFolder">The store's data folder.</param>
    /// <param name="sql">One SELECT over the views, and over <c>snapshot</c> where one is given.</param>
    /// <param name="snapshot">A snapshot's listing; null: none.</param>
    /// <param name="path">The file. What was there before is replaced at the end.</param>
    /// <param name="format">How it is written.</param>
    /// <returns>Rows written.</returns>
    /// <exception cref="SampleStoreException">There is no store, or the statement is not one SELECT.</exception>
    /// <exception cref="IOException">The disk refuses it.</exception>
    public static long Run(string dataFolder, string sql, string? snapshot, string path, ExportFormat format)
    {
        var unfinished = Path.GetFullPath(path) + ".new";
        try
        {
            using var reader = SampleReader.Open(dataFolder, unfinished);
            if (snapshot is not null)
            {
                SnapshotTable.Load(reader.Database, snapshot);
            }

            var rows = Write(reader.Database, sql, unfinished, format);
            using (var handle = File.OpenHandle(unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.FlushToDisk(handle);
            }

            File.Move(unfinished, path, overwrite: true);
            return rows;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static long Write(SampleDatabase database, string sql, string path, ExportFormat format)
    {
        try
        {
            SampleSql.RequireSelect(database.Connection, sql);
            using var command = database.Connection.CreateCommand();

            // On lines of its own: a comment at its end stays one. One file that no other process sees under this name, so none beside it.
            command.CommandText = $"""
                COPY (
                {sql.TrimEnd().TrimEnd(';')}
                ) TO {SampleDatabase.Quote(path)} (FORMAT {(format == ExportFormat.Parquet ? "parquet, COMPRESSION zstd" : "json")}, USE_TMP_FILE false)
                """;
            return command.ExecuteNonQuery();
        }
        catch (DuckDBException e)
        {
            throw new SampleStoreException(e.Message, e);
        }
    }
}
