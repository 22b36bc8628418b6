using CsCheck;
using MtlSplit.IoT.SampleStore.Partitions;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Partitions;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Days_GoWhenTheirLastMomentIsTooOld()
    {
        var catalog = new Catalog { Files = [File("2026-01-28"), File("2026-01-29"), File("2026-01-30"), File("2026-01-31")] };

        var kept = Retention.Apply(catalog, new StoreLimits { MaxAge = TimeSpan.FromHours(36) }, Now);

        // 36 hours before now is noon of the 30th... of which the 29th ended before.
        Assert.Equal(["2026-01-30", "2026-01-31"], kept.Files.Select(f => f.Day));
        Assert.Equal((20, 0), (kept.RowsExpired, kept.RowsEvicted));
        Assert.All(kept.Retired, r => Assert.Equal(Now.ToUnixTimeMilliseconds() * 1000, r.RetiredAt));
        Assert.Equal(kept.Files, Retention.Apply(kept, new StoreLimits { MaxAge = TimeSpan.FromHours(36) }, Now).Files);
    }

    [Fact]
    public void Fleet_AboveItsOwnBound_LosesItsOldestDaysAndNoOtherFleetsDo()
    {
        var catalog = new Catalog { Files = [File("2026-01-01", "north"), File("2026-01-02", "north"), File("2026-01-03", "north"), File("2025-12-01", "south")] };

        var kept = Retention.Apply(catalog, new StoreLimits { MaxFleetBytes = 250 }, Now);

        Assert.Equal(["north 2026-01-02", "north 2026-01-03", "south 2025-12-01"], kept.Files.Select(f => $"{f.Fleet} {f.Day}"));
        Assert.Equal((0, 10), (kept.RowsExpired, kept.RowsEvicted));
    }

    [Fact]
    public void WhateverTheFiles_TheBoundsHoldTheNewestStayAndEveryRowIsCounted() =>
        Gen.Select(Gen.Select(Gen.Int[1, 28], Gen.Int[0, 2], Gen.Long[1, 500]).Array[0, 40], Gen.Long[0, 4000], Gen.Long[0, 3000], Gen.Int[1, 40]).Sample((files, maxBytes, maxFleet, days) =>
        {
            var catalog = new Catalog { Files = [.. files.Select((f, i) => File($"2026-01-{f.Item1:D2}", $"f{f.Item2}", f.Item3, i))] };
            var limits = new StoreLimits { MaxBytes = maxBytes, MaxFleetBytes = maxFleet, MaxAge = TimeSpan.FromDays(days) };

            var kept = Retention.Apply(catalog, limits, Now);

            Assert.True(kept.Files.Sum(f => f.Bytes) <= maxBytes);
            Assert.All(kept.Files.GroupBy(f => f.Fleet), f => Assert.True(f.Sum(x => x.Bytes) <= maxFleet));
            Assert.Equal(catalog.Files.Sum(f => f.Rows), kept.Files.Sum(f => f.Rows) + kept.RowsEvicted + kept.RowsExpired);
            Assert.Equal(catalog.Files.Select(f => f.Path).Order(StringComparer.Ordinal), kept.Files.Select(f => f.Path).Concat(kept.Retired.Select(r => r.Path)).Order(StringComparer.Ordinal));
            foreach (var fleet in catalog.Files.GroupBy(f => f.Fleet))
            {
                var mine = kept.Files.Where(f => f.Fleet == fleet.Key).ToHashSet();
                var oldest = mine.Select(f => f.Day).DefaultIfEmpty("9").Min(StringComparer.Ordinal);
                Assert.All(fleet.Except(mine), f => Assert.True(string.CompareOrdinal(f.Day, oldest) <= 0, $"{f.Day} went, {oldest} stays"));
            }
        });

    private static PartitionFile File(string day, string fleet = "north", long bytes = 100, int number = 0) =>
        new($"features/fleet={fleet}/contract=c/day={day}/{number:D12}.parquet", "features", fleet, "c", day, 10, bytes);
}
