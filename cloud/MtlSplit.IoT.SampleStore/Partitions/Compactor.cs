using System.Globalization;
using DuckDB.NET.Data;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>
/// Turns sealed segments of the log into Parquet. New files are written and synced first, then the catalog is replaced,
/// then the segments go: a crash at any moment leaves each row in exactly one of the two. Only the holder of the store's
/// lock runs it, one thread at a time.
/// </summary>
internal sealed class Compactor(SampleFolder folder, StoreLimits limits, TimeProvider time)
{
    private const int MemoryMegabytes = 768;

    /// <summary>Takes every segment below <paramref name="end"/> into the partitions. Returns the new catalog.</summary>
    public Catalog Run(long end)
    {
        var catalog = CatalogJson.Load(folder);
        var segments = folder.Segments().Where(s => s >= catalog.FirstSegment && s < end).ToList();
        if (segments.Count > 0)
        {
            catalog = TakeIn(catalog, segments);
        }

        var now = time.GetUtcNow();
        catalog = DropRetired(Retention.Apply(Merge(catalog, now), limits, now));
        CatalogJson.Save(folder, catalog);
        DeleteSegments(catalog.FirstSegment);
        return catalog;
    }

    /// <summary>
    /// Deletes what a crash left behind: segments that are in the files, and files that no catalog lists. Sets aside files that are torn. Returns the catalog.
    /// </summary>
    public Catalog CleanUp()
    {
        var catalog = DamagedFiles.SetAside(folder, CatalogJson.Load(folder), DamagedFiles.IsWhole);
        DeleteSegments(catalog.FirstSegment);
        if (!Directory.Exists(folder.Partitions))
        {
            return catalog;
        }

        var listed = catalog.Files.Select(f => f.Path).Concat(catalog.Retired.Select(r => r.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder.Partitions, "*", SearchOption.AllDirectories))
        {
            if (!listed.Contains(Path.GetRelativePath(folder.Partitions, file)))
            {
                File.Delete(file);
            }
        }

        return catalog;
    }

    private Catalog TakeIn(Catalog catalog, List<long> segments)
    {
        try
        {
            return TakeInOnce(catalog, segments);
        }
        catch (DuckDBException)
        {
            // Perhaps a file that must be read beside the log is damaged inside. Without it the rest can go on.
            var sound = DamagedFiles.SetAside(folder, catalog, DamagedFiles.IsReadable);
            if (sound.FilesDamaged == catalog.FilesDamaged)
            {
                throw;
            }

            return TakeInOnce(sound, segments);
        }
    }

    private Catalog TakeInOnce(Catalog catalog, List<long> segments)
    {
        using var database = new SampleDatabase(folder, threads: 1, MemoryMegabytes);
        database.Load(catalog, segments.Select(folder.SegmentPath));
        var notSampled = new NeedSampling(database, catalog).Thin();
        var files = catalog.Files.ToList();
        var retired = catalog.Retired.ToList();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        foreach (var table in SampleTables.All)
        {
            foreach (var partition in database.Partitions(table))
            {
                var small = files.Where(f => f.Partition == partition && f.Bytes < limits.SmallFileBytes).ToList();
                if (small.Count + 1 < limits.MergeFiles)
                {
                    small.Clear();
                }

                files.Add(Write(database, table, partition, small, segments[^1]));
                files.RemoveAll(small.Contains);
                retired.AddRange(small.Select(f => new RetiredFile(f.Path, f.Bytes, now)));
            }
        }

        return catalog with
        {
            FirstSegment = segments[^1] + 1,
            Files = [.. files],
            Retired = [.. retired],
            RowsNotSampled = catalog.RowsNotSampled + notSampled,
            RepeatsDropped = catalog.RepeatsDropped + database.Repeats,
            BytesSkipped = catalog.BytesSkipped + database.SkippedBytes,
        };
    }

    /// <summary>
    /// Makes one file of the small files of partitions whose day is over, where they came too late or too few to be merged with new ones. A few partitions at a time.
    /// </summary>
    private Catalog Merge(Catalog catalog, DateTimeOffset now)
    {
        var today = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var due = catalog.Files
            .Where(f => f.Bytes < limits.SmallFileBytes && string.CompareOrdinal(f.Day, today) < 0)
            .GroupBy(f => f.Partition)
            .Where(p => p.Count() > 1)
            .Take(limits.MergePartitions)
            .ToList();
        foreach (var partition in due)
        {
            using var database = new SampleDatabase(folder, threads: 1, MemoryMegabytes);
            var table = SampleTables.All.Single(t => t.Name == partition.Key.Table);
            var small = partition.ToList();
            var merged = Write(database, table, partition.Key, $"SELECT {table.ColumnNames} FROM {database.Read(table, small)}", FreeName(catalog, partition.Key));
            catalog = catalog with
            {
                Files = [.. catalog.Files.Except(small), merged],
                Retired = [.. catalog.Retired, .. small.Select(f => new RetiredFile(f.Path, f.Bytes, now.ToUnixTimeMilliseconds() * 1000))],
            };
        }

        return catalog;
    }

    private static string FreeName(Catalog catalog, Partition partition)
    {
        var taken = catalog.Files.Select(f => f.Path).Concat(catalog.Retired.Select(r => r.Path)).ToHashSet(StringComparer.Ordinal);
        var segment = string.Create(CultureInfo.InvariantCulture, $"{partition.Folder}/{Math.Max(0, catalog.FirstSegment - 1):D12}");
        return Enumerable.Range(1, int.MaxValue).Select(i => string.Create(CultureInfo.InvariantCulture, $"{segment}-{i}.parquet")).First(n => !taken.Contains(n));
    }

    private PartitionFile Write(SampleDatabase database, SampleTable table, Partition partition, List<PartitionFile> merged, long segment)
    {
        var rows = $"""
            SELECT {table.ColumnNames} FROM {table.Fresh}
            WHERE fleet = {SampleDatabase.Quote(partition.Fleet)} AND {table.PartitionKey} = {SampleDatabase.Quote(partition.Key)}
              AND strftime({table.DayOf}, '%Y-%m-%d') = {SampleDatabase.Quote(partition.Day)}
            """;
        if (merged.Count > 0)
        {
            rows += $" UNION ALL SELECT {table.ColumnNames} FROM {database.Read(table, merged)}";
        }

        return Write(database, table, partition, rows, string.Create(CultureInfo.InvariantCulture, $"{partition.Folder}/{segment:D12}.parquet"));
    }

    private PartitionFile Write(SampleDatabase database, SampleTable table, Partition partition, string rows, string name)
    {
        var path = folder.PartitionPath(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        database.Execute($"COPY (SELECT * FROM ({rows}) ORDER BY {table.DayOf}) TO {SampleDatabase.Quote(path)} (FORMAT parquet, COMPRESSION zstd)");
        using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(handle);
        }

        var count = database.Count($"SELECT count(*) FROM read_parquet({SampleDatabase.Quote(path)}, hive_partitioning = false)");
        return new PartitionFile(name, table.Name, partition.Fleet, partition.Key, partition.Day, count, new FileInfo(path).Length, PartitionFile.CurrentForm);
    }

    /// <summary>Deletes retired files whose grace is over. The catalog that lists them as live is gone by then or goes now.</summary>
    private Catalog DropRetired(Catalog catalog)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        var over = catalog.Retired.Where(r => now - r.RetiredAt >= limits.RetiredGrace.TotalMicroseconds).ToList();
        if (over.Count == 0)
        {
            return catalog;
        }

        // First the catalog, so that no catalog on disk ever lists a file that is not there.
        CatalogJson.Save(folder, catalog);
        foreach (var file in over)
        {
            File.Delete(folder.PartitionPath(file.Path));
        }

        return catalog with { Retired = [.. catalog.Retired.Except(over)] };
    }

    private void DeleteSegments(long end)
    {
        foreach (var segment in folder.Segments().TakeWhile(s => s < end))
        {
            File.Delete(folder.SegmentPath(segment));
        }
    }
}
