using System.Globalization;

namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>Decides which partition files a store gives up, whole files at a time: those that are too old, then the oldest days of what takes too much disk.</summary>
internal static class Retention
{
    /// <summary>The catalog without the files that are given up. They become retired, and their rows are counted.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="limits">Age and bytes.</param>
    /// <param name="now">The time.</param>
    public static Catalog Apply(Catalog catalog, StoreLimits limits, DateTimeOffset now)
    {
        catalog = Expire(catalog, limits, now);
        if (limits.MaxFleetBytes is { } perFleet)
        {
            var over = catalog.Files.GroupBy(f => f.Fleet, StringComparer.Ordinal).SelectMany(f => OldestAbove([.. f], f.Sum(x => x.Bytes), perFleet)).ToList();
            catalog = Evict(catalog, over);
        }

        var total = catalog.Files.Sum(f => f.Bytes) + catalog.Retired.Sum(r => r.Bytes);
        if (total > limits.MaxBytes)
        {
            // The disk is what is short: no grace.
            total -= catalog.Retired.Sum(r => r.Bytes);
            catalog = catalog with { Retired = [.. catalog.Retired.Select(r => r with { RetiredAt = 0 })] };
        }

        return Evict(catalog, OldestAbove(catalog.Files, total, limits.MaxBytes));
    }

    private static Catalog Expire(Catalog catalog, StoreLimits limits, DateTimeOffset now)
    {
        if (limits.MaxAge is not { } age)
        {
            return catalog;
        }

        // A day's file goes when the last moment of the day is too old.
        var last = (now - age).UtcDateTime.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var expired = catalog.Files.Where(f => string.CompareOrdinal(f.Day, last) < 0).ToList();
        return expired.Count == 0
            ? catalog
            : catalog with
            {
                Files = [.. catalog.Files.Except(expired)],
                Retired = [.. catalog.Retired, .. expired.Select(f => new RetiredFile(f.Path, f.Bytes, now.ToUnixTimeMilliseconds() * 1000))],
                RowsExpired = catalog.RowsExpired + expired.Sum(f => f.Rows),
            };
    }

    private static List<PartitionFile> OldestAbove(IReadOnlyCollection<PartitionFile> files, long total, long bound)
    {
        var given = new List<PartitionFile>();
        foreach (var file in files.OrderBy(f => f.Day, StringComparer.Ordinal).ThenBy(f => f.Path, StringComparer.Ordinal).TakeWhile(_ => total > bound))
        {
            given.Add(file);
            total -= file.Bytes;
        }

        return given;
    }

    private static Catalog Evict(Catalog catalog, List<PartitionFile> evicted) => evicted.Count == 0
        ? catalog
        : catalog with
        {
            Files = [.. catalog.Files.Except(evicted)],
            Retired = [.. catalog.Retired, .. evicted.Select(f => new RetiredFile(f.Path, f.Bytes, 0))],
            RowsEvicted = catalog.RowsEvicted + evicted.Sum(f => f.Rows),
        };
}
