using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Partitions;

public sealed class CompactorTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Messages.Captured));
    private readonly SampleFolder _folder;
    private long _nextSegment;

    public CompactorTests() => _folder = new SampleFolder(_data.Path);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Log_OfAllKinds_BecomesPartitionsByFleetContractAndDay()
    {
        Append(Messages.FeatureRecord(1), Messages.PredictionRecord(1), Messages.LabelRecord(1), Messages.FeatureRecord(2, Messages.Captured + 86_400_000_000));

        var catalog = Compact();

        Assert.Equal(
            [
                $"features/fleet=harbour/contract={Messages.Contract}/day=2026-01-02/000000000000.parquet",
                $"features/fleet=harbour/contract={Messages.Contract}/day=2026-01-03/000000000000.parquet",
                "predictions/fleet=harbour/task=object_size/day=2026-01-02/000000000000.parquet",
                "labels/fleet=harbour/task=object_size/day=2026-01-02/000000000000.parquet",
            ],
            catalog.Files.Select(f => f.Path));
        Assert.All(catalog.Files, f => Assert.Equal(1, f.Rows));
        Assert.Empty(_folder.Segments());
        Assert.Equal((2, 1, 1), Counts());
    }

    [Fact]
    public void Messages_ThatComeAgainAtAnyTime_GiveOneRowEach()
    {
        LogRecord[] messages = [Messages.FeatureRecord(1), Messages.PredictionRecord(1), Messages.LabelRecord(1)];
        Append([.. messages, .. messages]);
        Compact();
        Append(messages);
        Compact();
        Append(messages);

        Assert.Equal((1, 1, 1), Counts());
        Compact();

        Assert.Equal((1, 1, 1), Counts());
        Assert.Equal(9, CatalogJson.Load(_folder).RepeatsDropped);
    }

    [Fact]
    public void Frame_AnsweredByTwoHeads_KeepsBothPredictions()
    {
        Append(Messages.PredictionRecord(1, head: "h1-aaaaaaaaaaaa"), Messages.PredictionRecord(1, head: "h2-bbbbbbbbbbbb"));
        Compact();

        Assert.Equal((0, 2, 0), Counts());
    }

    [Fact]
    public void Crash_AfterTheFilesAndBeforeTheCatalog_LosesNothingAndDoublesNothing()
    {
        Append(Messages.FeatureRecord(1), Messages.FeatureRecord(2));
        var segment = File.ReadAllBytes(_folder.SegmentPath(0));
        Compact();
        File.Delete(_folder.Catalog);
        File.WriteAllBytes(_folder.SegmentPath(0), segment);

        Compactor().CleanUp();
        Assert.Equal((2, 0, 0), Counts());
        Compact();

        Assert.Equal((2, 0, 0), Counts());
    }

    [Fact]
    public void Crash_AfterTheCatalogAndBeforeTheSegmentsGo_LosesNothingAndDoublesNothing()
    {
        Append(Messages.FeatureRecord(1), Messages.FeatureRecord(2));
        var segment = File.ReadAllBytes(_folder.SegmentPath(0));
        Compact();
        File.WriteAllBytes(_folder.SegmentPath(0), segment);

        Assert.Equal((2, 0, 0), Counts());
        Compactor().CleanUp();

        Assert.Empty(_folder.Segments());
        Assert.Equal((2, 0, 0), Counts());
    }

    [Fact]
    public void Segment_CutAtEveryByte_GivesItsWholeRecordsOnceTheMissingOnesComeAgain()
    {
        Append(Messages.FeatureRecord(1), Messages.LabelRecord(1));
        var segment = File.ReadAllBytes(_folder.SegmentPath(0));
        for (var length = 0; length < segment.Length; length += 7)
        {
            using var data = new TemporaryFolder();
            var folder = new SampleFolder(data.Path);
            Directory.CreateDirectory(folder.Log);
            File.WriteAllBytes(folder.SegmentPath(0), segment[..length]);
            using (var writer = new LogWriter(folder, 1))
            {
                writer.Add(Messages.FeatureRecord(1));
                writer.Add(Messages.LabelRecord(1));
                writer.Commit();
            }

            new Compactor(folder, new StoreLimits(), _time).Run(2);

            using var reader = SampleReader.Open(data.Path);
            Assert.Equal("1|1", Cell(reader, "SELECT (SELECT count(*) FROM features) || '|' || (SELECT count(*) FROM labels)"));
        }
    }

    [Fact]
    public void SmallFiles_OfOnePartition_BecomeOneAndStayForReadersThatStartedBefore()
    {
        var limits = new StoreLimits { MergeFiles = 3, RetiredGrace = TimeSpan.FromMinutes(1) };
        Append(Messages.FeatureRecord(1));
        Compact(limits);
        Append(Messages.FeatureRecord(2));
        Compact(limits);
        using var before = SampleReader.Open(_data.Path);
        Append(Messages.FeatureRecord(3));

        var catalog = Compact(limits);

        Assert.Equal(3, Assert.Single(catalog.Files).Rows);
        Assert.Equal(2, catalog.Retired.Length);
        Assert.Equal("2", Cell(before, "SELECT count(*) FROM features"));
        Assert.Equal((3, 0, 0), Counts());

        _time.Advance(TimeSpan.FromMinutes(2));
        catalog = Compact(limits);

        Assert.Empty(catalog.Retired);
        Assert.Single(Directory.GetFiles(_folder.Partitions, "*.parquet", SearchOption.AllDirectories));
        Assert.Equal((3, 0, 0), Counts());
    }

    [Fact]
    public void Store_AboveItsBound_GivesUpTheOldestDayAndCountsItsRows()
    {
        Append(Messages.FeatureRecord(1), Messages.FeatureRecord(2), Messages.FeatureRecord(3, Messages.Captured + 86_400_000_000));
        var bytes = Compact().Files.Single(f => f.Day == "2026-01-03").Bytes;

        var catalog = Compact(new StoreLimits { MaxBytes = bytes });

        Assert.Equal("2026-01-03", Assert.Single(catalog.Files).Day);
        Assert.Equal(2, catalog.RowsEvicted);
        Assert.Empty(catalog.Retired);
        Assert.Equal((1, 0, 0), Counts());
    }

    private Compactor Compactor(StoreLimits? limits = null) => new(_folder, limits ?? new StoreLimits(), _time);

    private Catalog Compact(StoreLimits? limits = null) => Compactor(limits).Run(_nextSegment);

    private void Append(params LogRecord[] records)
    {
        using var writer = new LogWriter(_folder, _nextSegment);
        foreach (var record in records)
        {
            writer.Add(record);
        }

        writer.Commit();
        _nextSegment = writer.Seal();
    }

    private (long Features, long Predictions, long Labels) Counts()
    {
        using var reader = SampleReader.Open(_data.Path);
        return (Count(reader, "features"), Count(reader, "predictions"), Count(reader, "labels"));
    }

    private static long Count(SampleReader reader, string table) => long.Parse(Cell(reader, $"SELECT count(*) FROM {table}"));

    private static string Cell(SampleReader reader, string sql) => $"{Assert.Single(reader.Query(sql, 1).Rows)[0]}";
}
