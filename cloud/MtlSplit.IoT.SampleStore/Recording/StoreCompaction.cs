using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>Makes Parquet of a store's log and imports, and applies limits to it, where no recorder runs that does.</summary>
public static class StoreCompaction
{
    /// <summary>Runs once.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="limits">What is kept.</param>
    /// <param name="time">The clock for ages.</param>
    /// <exception cref="SampleStoreException">There is no store, a recorder writes to it, or its catalog is damaged.</exception>
    /// <exception cref="IOException">The disk refuses it; the log is as it was.</exception>
    public static CompactionReport Run(string dataFolder, StoreLimits limits, TimeProvider time)
    {
        var folder = new SampleFolder(dataFolder);
        if (!Directory.Exists(folder.Root))
        {
            throw new SampleStoreException($"{folder.Root}: there is no sample store; 'samples record' makes one.");
        }

        var before = CatalogJson.Load(folder);
        var waiting = folder.Segments().Count(s => s >= before.FirstSegment) + folder.WaitingImports().Count;
        using var writer = new SampleWriter(folder, limits, time, NullLogger.Instance);
        writer.Compact();
        var after = CatalogJson.Load(folder);
        return new CompactionReport(
            waiting, before.Files.Length, after.Files.Length, after.Files.Sum(f => f.Bytes),
            after.RowsEvicted + after.RowsExpired - before.RowsEvicted - before.RowsExpired, after.FilesDamaged - before.FilesDamaged);
    }
}
