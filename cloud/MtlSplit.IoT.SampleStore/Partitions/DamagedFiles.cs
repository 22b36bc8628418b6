using DuckDB.NET.Data;

namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>
/// Finds partition files that are not what was written: torn by a power cut on a disk that said they were safe, cut, or gone. They are set aside, never deleted, and
/// counted; everything else goes on.
/// </summary>
internal static class DamagedFiles
{
    private const int ShortestParquet = 12;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Whether a file has the length that it was written with, and Parquet's first and last bytes. Costs two reads.</summary>
    public static bool IsWhole(SampleFolder folder, PartitionFile file)
    {
        try
        {
            using var handle = File.OpenHandle(folder.PartitionPath(file.Path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> ends = stackalloc byte[8];
            return RandomAccess.GetLength(handle) == file.Bytes && file.Bytes >= ShortestParquet
                && RandomAccess.Read(handle, ends[..4], 0) == 4 && RandomAccess.Read(handle, ends[4..], file.Bytes - 4) == 4
                && ends[..4].SequenceEqual(Magic) && ends[4..].SequenceEqual(Magic);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Whether every value of a file can be read.</summary>
    public static bool IsReadable(SampleFolder folder, PartitionFile file)
    {
        if (!IsWhole(folder, file))
        {
            return false;
        }

        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(hash(r)), count(*) FROM read_parquet({SampleDatabase.Quote(folder.PartitionPath(file.Path))}, hive_partitioning = false) r";
        try
        {
            using var row = command.ExecuteReader();
            return row.Read() && row.GetInt64(1) == file.Rows;
        }
        catch (DuckDBException)
        {
            return false;
        }
    }

    /// <summary>Moves damaged files out of the partitions and takes them off the catalog. Only for the holder of the store's lock.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="catalog">Its catalog.</param>
    /// <param name="isSound">Whether a file is as it should be.</param>
    public static Catalog SetAside(SampleFolder folder, Catalog catalog, Func<SampleFolder, PartitionFile, bool> isSound)
    {
        var damaged = catalog.Files.Where(f => !isSound(folder, f)).ToList();
        if (damaged.Count == 0)
        {
            return catalog;
        }

        // First the catalog: a reader that still has the old one leaves out what is gone.
        catalog = catalog with
        {
            Files = [.. catalog.Files.Except(damaged)],
            FilesDamaged = catalog.FilesDamaged + damaged.Count,
            RowsDamaged = catalog.RowsDamaged + damaged.Sum(f => f.Rows),
        };
        CatalogJson.Save(folder, catalog);
        Directory.CreateDirectory(folder.Damaged);
        foreach (var path in damaged.Select(f => f.Path).Where(p => File.Exists(folder.PartitionPath(p))))
        {
            File.Move(folder.PartitionPath(path), Path.Combine(folder.Damaged, path.Replace('/', '~')), overwrite: true);
        }

        return catalog;
    }
}
