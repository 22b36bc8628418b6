using DuckDB.NET.Data;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Recording;

namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>
/// A store as it was at one moment, log included: everything that a recorder has acknowledged by then, each row once. Any
/// number of readers, in any process, beside the recorder; none of them waits for it. Views in SQL: <c>features</c>,
/// <c>predictions</c>, <c>labels</c> and, of labels, <c>truth</c>; joined by <c>frame</c>. One thread at a time; the caller disposes it.
/// </summary>
public sealed class SampleReader : IDisposable
{
    private const int MemoryMegabytes = 2048;
    // A compaction on a busy machine may come between listing and reading several times in a row.
    private const int Attempts = 20;
    private const string FrameText = "lpad(lower(to_hex(session)), 16, '0') || lpad(lower(to_hex(number)), 16, '0')";

    private readonly SampleFolder _folder;
    private readonly SampleDatabase _database;
    private readonly Catalog _listed;
    private readonly Catalog _catalog;
    private readonly IReadOnlyList<string> _segments;

    private SampleReader(SampleFolder folder, SampleDatabase database, Catalog listed, Catalog catalog, IReadOnlyList<string> segments)
    {
        _folder = folder;
        _database = database;
        _listed = listed;
        _catalog = catalog;
        _segments = segments;
    }

    /// <summary>The views, for what else asks them.</summary>
    internal SampleDatabase Database => _database;

    /// <summary>Opens the store of a data folder.</summary>
    /// <exception cref="SampleStoreException">There is none, or it is damaged.</exception>
    public static SampleReader Open(string dataFolder) => Open(dataFolder, alsoWritten: null);

    /// <summary>Opens it for statements that may write one file.</summary>
    internal static SampleReader Open(string dataFolder, string? alsoWritten)
    {
        var folder = new SampleFolder(dataFolder);
        if (!Directory.Exists(folder.Root))
        {
            throw new SampleStoreException($"{folder.Root}: there is no sample store; 'samples record' makes one.");
        }

        for (var attempt = 1; ; attempt++)
        {
            var database = new SampleDatabase(folder, Math.Min(2, Environment.ProcessorCount), MemoryMegabytes);
            try
            {
                var listed = CatalogJson.Load(folder);
                var catalog = listed with { Files = [.. listed.Files.Where(f => DamagedFiles.IsWhole(folder, f))] };

                // Imports first: one that the writer takes into the log meanwhile is then found there, or not found any more and tried again.
                IReadOnlyList<string> segments = [.. folder.WaitingImports(), .. folder.Segments().Where(s => s >= catalog.FirstSegment).Select(folder.SegmentPath)];
                database.Load(catalog, segments);

                // A compaction meanwhile may have taken segments before they were listed, or files that are not whole; then the catalog tells.
                if (CatalogJson.Load(folder) is var now && now.FirstSegment == catalog.FirstSegment && now.Files.SequenceEqual(listed.Files))
                {
                    CreateViews(database, catalog);
                    database.Confine(alsoWritten);
                    return new SampleReader(folder, database, listed, catalog, segments);
                }
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or DuckDBException && attempt < Attempts)
            {
                // A segment became partitions, or a file was given up, between listing and reading; the next catalog tells.
            }
            catch (DuckDBException e)
            {
                database.Dispose();
                throw new SampleStoreException($"{folder.Root}: {e.Message}", e);
            }
            catch
            {
                database.Dispose();
                throw;
            }

            database.Dispose();
            if (attempt >= Attempts)
            {
                throw new SampleStoreException($"{folder.Root}: the store changed {Attempts} times while it was opened; try again.");
            }
        }
    }

    /// <summary>The contracts that features are stored under.</summary>
    public IReadOnlyList<ContractId> Contracts() =>
        [.. Rows("SELECT DISTINCT contract FROM features ORDER BY 1", r => ContractId.Parse(r.GetString(0)))];

    /// <summary>The descriptor of a contract, or null where it was never seen.</summary>
    /// <exception cref="SampleStoreException">The stored descriptor is damaged.</exception>
    public FeatureDescriptor? Descriptor(ContractId contract) => new DescriptorFolder(_folder).Find(contract);

    /// <summary>Samples with their features decoded. All of them are in memory: 4 bytes per element and sample.</summary>
    /// <exception cref="SampleStoreException">The contract's descriptor was never seen, or the store is damaged.</exception>
    public SampleSet Samples(SampleFilter filter, CancellationToken ct)
    {
        var descriptor = Descriptor(filter.Contract)
            ?? throw new SampleStoreException($"{_folder.Root}: no descriptor of contract {filter.Contract} was recorded, so its features cannot be read.");
        using var decoder = new FeatureDecoder(descriptor);
        var samples = new List<StoredSample>();
        var undecodable = 0;
        var length = descriptor.Feature.Length;
        using var command = SampleQuery.Command(_database.Connection, filter);
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                ct.ThrowIfCancellationRequested();
                var feature = new float[length];
                if (decoder.TryDecode(SampleQuery.Encoding(reader), SampleQuery.Tensor(reader), feature) == DecodeFault.None)
                {
                    samples.Add(SampleQuery.Sample(reader, feature));
                }
                else
                {
                    undecodable++;
                }
            }
        }
        catch (DuckDBException e)
        {
            throw new SampleStoreException($"{_folder.Root}: {e.Message}", e);
        }

        using var contradicted = SampleQuery.Contradicted(_database.Connection, filter);
        return new SampleSet(samples, undecodable, Convert.ToInt32(contradicted.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Frames that sources name different classes for, the newest capture or label first.</summary>
    /// <param name="filter">Which of them.</param>
    public IReadOnlyList<LabelConflict> Conflicts(ConflictFilter filter) => ConflictQuery.Run(_database, filter);

    /// <summary>From when to when frames of a contract were captured, Unix microseconds; null where there are none.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="fleet">The fleet.</param>
    public (long First, long Last)? Captured(ContractId contract, string fleet) => Rows(
        $"SELECT epoch_us(min(captured_at)), epoch_us(max(captured_at)) FROM features WHERE contract = {SampleDatabase.Quote(contract.ToString())} AND fleet = {SampleDatabase.Quote(fleet)} HAVING count(*) > 0",
        r => ((long, long)?)(r.GetInt64(0), r.GetInt64(1))).SingleOrDefault();

    /// <summary>The tasks that features of a contract were answered for, or frames of the fleet labelled, by name.</summary>
    public IReadOnlyList<string> Tasks(ContractId contract, string fleet) => Rows(
        $"SELECT DISTINCT task FROM (SELECT task FROM predictions WHERE contract = {SampleDatabase.Quote(contract.ToString())} AND fleet = {SampleDatabase.Quote(fleet)} UNION ALL SELECT task FROM labels WHERE fleet = {SampleDatabase.Quote(fleet)}) ORDER BY 1",
        r => r.GetString(0));

    /// <summary>The vehicles that recorded features under a contract, by name.</summary>
    public IReadOnlyList<string> Vehicles(ContractId contract, string fleet) => Rows(
        $"SELECT DISTINCT vehicle FROM features WHERE contract = {SampleDatabase.Quote(contract.ToString())} AND fleet = {SampleDatabase.Quote(fleet)} ORDER BY 1",
        r => r.GetString(0));

    /// <summary>Counts.</summary>
    public SampleStatistics Statistics()
    {
        var contracts = Rows(
            """
            SELECT fleet, contract, count(DISTINCT vehicle), count(*), sum(octet_length(tensor))::BIGINT, epoch_us(min(captured_at)), epoch_us(max(captured_at))
            FROM features GROUP BY ALL ORDER BY ALL
            """,
            r => new ContractSummary(
                r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), At(r.GetInt64(5)), At(r.GetInt64(6)),
                ContractId.TryParse(r.GetString(1), out var contract) && Descriptor(contract) is not null));
        var tasks = Rows("SELECT DISTINCT fleet, task FROM (SELECT fleet, task FROM labels UNION ALL SELECT fleet, task FROM predictions) ORDER BY ALL", r => (r.GetString(0), r.GetString(1)));
        return new SampleStatistics(
            contracts,
            Streams(),
            [.. tasks.Select(t => Summarise(t.Item1, t.Item2))],
            _catalog.Files.Length,
            _catalog.Files.Sum(f => f.Bytes),
            _segments.Count,
            SampleFolder.BytesOf(_segments),
            _catalog.RowsEvicted,
            _catalog.RowsExpired,
            _catalog.FilesDamaged + _listed.Files.Length - _catalog.Files.Length,
            _catalog.RowsDamaged + _listed.Files.Except(_catalog.Files).Sum(f => f.Rows),
            _catalog.RowsNotSampled,
            _catalog.RepeatsDropped + _database.Repeats,
            _catalog.BytesSkipped);
    }

    /// <summary>Runs one SELECT over the views. Anything that could write, or read a file that is not the store's, is refused.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="maxRows">Rows returned at most.</param>
    /// <exception cref="SampleStoreException">It is not one SELECT, or DuckDB refuses it; the message says why.</exception>
    public SampleTableResult Query(string sql, int maxRows)
    {
        try
        {
            SampleSql.RequireSelect(_database.Connection, sql);
            return SampleSql.Run(_database.Connection, sql, maxRows);
        }
        catch (DuckDBException e)
        {
            throw new SampleStoreException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static DateTimeOffset At(long unixMicroseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(unixMicroseconds);

    private static void CreateViews(SampleDatabase database, Catalog catalog)
    {
        foreach (var table in SampleTables.All)
        {
            var files = catalog.Files.Where(f => f.Table == table.Name).ToList();
            var rows = $"SELECT {table.ColumnNames} FROM {table.Fresh}";
            if (files.Count > 0)
            {
                rows += $" UNION ALL SELECT {table.ColumnNames} FROM {database.Read(table, files)}";
            }

            database.Execute($"""
                CREATE VIEW {table.Name} AS
                SELECT {FrameText} AS frame, * FROM ({rows})
                """);
        }

        database.Execute($"CREATE VIEW truth AS SELECT {FrameText} AS frame, * FROM ({LabelTruth.Of("labels", [])})");
    }

    // Frames are drawn one by one and apart from each other, so the variance is the sum of (1 - p) / p².
    private List<StreamSummary> Streams() => Rows(
        """
        SELECT fleet, contract, stream, count(*), count(*) FILTER (l.session IS NOT NULL), min(p), sum(1 / p), sqrt(sum((1 - p) / (p * p)))
        FROM (SELECT fleet, vehicle, contract, session, number, stream, inclusion_probability AS p FROM features) f
        LEFT JOIN (SELECT DISTINCT fleet, vehicle, session, number FROM labels) l USING (fleet, vehicle, session, number)
        GROUP BY fleet, contract, stream ORDER BY ALL
        """,
        r => new StreamSummary(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), r.GetDouble(5), r.GetDouble(6), r.GetDouble(7)));

    private TaskSummary Summarise(string fleet, string task)
    {
        var where = $"fleet = {SampleDatabase.Quote(fleet)} AND task = {SampleDatabase.Quote(task)}";
        var classes = Rows($"SELECT class_name, count(*) FROM labels WHERE {where} GROUP BY ALL ORDER BY ALL", r => KeyValuePair.Create(r.GetString(0), r.GetInt64(1)));
        var keys = $"(SELECT DISTINCT fleet, vehicle, session, number FROM labels WHERE {where})";
        return new TaskSummary(
            fleet,
            task,
            classes.Sum(c => c.Value),
            _database.Count($"SELECT count(*) FROM features SEMI JOIN {keys} USING (fleet, vehicle, session, number)"),
            _database.Count($"SELECT count(*) FROM {keys} ANTI JOIN features USING (fleet, vehicle, session, number)"),
            _database.Count($"SELECT count(*) FROM truth WHERE {where} AND class_name IS NULL"),
            _database.Count($"SELECT count(*) FROM predictions WHERE {where}"),
            new Dictionary<string, long>(classes, StringComparer.Ordinal));
    }

    private List<T> Rows<T>(string sql, Func<DuckDBDataReader, T> read)
    {
        using var command = _database.Connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read((DuckDBDataReader)reader));
        }

        return rows;
    }
}
