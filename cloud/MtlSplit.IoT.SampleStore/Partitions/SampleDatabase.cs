using DuckDB.NET.Data;
using MtlSplit.IoT.SampleStore.AppendLog;

namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>
/// A DuckDB in memory that holds the log's newest rows, each once, as the <c>fresh_</c> tables, beside the partition files
/// that a catalog lists. The caller disposes it. One thread at a time.
/// </summary>
internal sealed class SampleDatabase : IDisposable
{
    private readonly SampleFolder _folder;

    public SampleDatabase(SampleFolder folder, int threads, int memoryMegabytes)
    {
        _folder = folder;
        Connection = new DuckDBConnection("DataSource=:memory:");
        Connection.Open();
        Execute($"SET threads = {threads}; SET memory_limit = '{memoryMegabytes}MB'; SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false");
    }

    public DuckDBConnection Connection { get; }

    /// <summary>Rows of the log that were there already.</summary>
    public long Repeats { get; private set; }

    /// <summary>Bytes of the log that belong to no whole record.</summary>
    public long SkippedBytes { get; private set; }

    public void Dispose() => Connection.Dispose();

    public void Execute(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Count(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Reads segments of the log into the <c>fresh_</c> tables, without rows that are in the catalog's files or came twice.
    /// </summary>
    /// <param name="catalog">The partition files.</param>
    /// <param name="segments">Paths of the segments.</param>
    /// <exception cref="FileNotFoundException">A segment has become partitions meanwhile; start again with a new catalog.</exception>
    public void Load(Catalog catalog, IEnumerable<string> segments)
    {
        foreach (var table in SampleTables.All)
        {
            Execute($"CREATE TABLE {table.Staged} ({table.Columns}{table.Passing})");
        }

        using (var stage = new RecordStage(Connection, catalog.Sampling))
        {
            foreach (var segment in segments)
            {
                SkippedBytes += LogReader.Read(segment, stage.Append).SkippedBytes;
            }
        }

        foreach (var table in SampleTables.All)
        {
            KeepFresh(catalog, table);
        }
    }

    /// <summary>
    /// From now on it opens files of this store's partitions only, whatever SQL it is given, and nothing sets that back. What reads them through
    /// views goes on.
    /// </summary>
    /// <param name="alsoWritten">The path of one more file, to be written; null: none.</param>
    public void Confine(string? alsoWritten = null)
    {
        Execute($"SET allowed_directories = [{Quote(_folder.Partitions)}]");
        if (alsoWritten is not null)
        {
            Execute($"SET allowed_paths = [{Quote(alsoWritten)}]");
        }

        Execute("SET enable_external_access = false; SET lock_configuration = true");
    }

    /// <summary>The SQL that reads partition files of one table, in parentheses: with all of its columns, whatever form the files have.</summary>
    public string Read(SampleTable table, IEnumerable<PartitionFile> files) => $"({string.Join(" UNION ALL ", files.GroupBy(f => f.Form).OrderBy(g => g.Key).Select(g => ReadForm(table, g)))})";

    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private string ReadForm(SampleTable table, IGrouping<int, PartitionFile> files)
    {
        var paths = string.Join(", ", files.Select(f => Quote(_folder.PartitionPath(f.Path))));
        var lacking = table.Since.Skip(files.Key).ToList();
        var columns = table.ColumnNames.Split(", ").SkipLast(lacking.Sum(l => l.Split(" AS ").Length - 1)).Concat(lacking);
        return $"SELECT {string.Join(", ", columns)} FROM read_parquet([{paths}], hive_partitioning = false)";
    }

    private void KeepFresh(Catalog catalog, SampleTable table)
    {
        var staged = Count($"SELECT count(*) FROM {table.Staged}");
        Execute($"""
            CREATE TABLE {table.Fresh} AS
            SELECT * FROM {table.Staged}
            QUALIFY row_number() OVER (PARTITION BY {table.Identity} ORDER BY received_at) = 1
            """);
        Execute($"DROP TABLE {table.Staged}");
        var touched = Partitions(table).ToHashSet();
        var known = catalog.Files.Where(f => touched.Contains(f.Partition)).ToList();
        if (known.Count > 0)
        {
            Execute($"CREATE TABLE kept AS SELECT * FROM {table.Fresh} ANTI JOIN {Read(table, known)} USING ({table.Identity})");
            Execute($"DROP TABLE {table.Fresh}; ALTER TABLE kept RENAME TO {table.Fresh}");
        }

        Repeats += staged - Count($"SELECT count(*) FROM {table.Fresh}");
    }

    /// <summary>The partitions that the fresh rows of a table belong to.</summary>
    public IReadOnlyList<Partition> Partitions(SampleTable table)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = $"SELECT DISTINCT fleet, {table.PartitionKey}, strftime({table.DayOf}, '%Y-%m-%d') FROM {table.Fresh} ORDER BY ALL";
        using var reader = command.ExecuteReader();
        var partitions = new List<Partition>();
        while (reader.Read())
        {
            partitions.Add(new Partition(table.Name, reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return partitions;
    }
}
