using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Recording;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Partitions;

public sealed class DamagedFileTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Messages.Captured));
    private readonly SampleFolder _folder;

    public DamagedFileTests() => _folder = new SampleFolder(_data.Path);

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("gone")]
    [InlineData("zeroed end")]
    public void TornFile_IsLeftOutAtOnceSetAsideByTheNextWriterAndCounted(string damage)
    {
        var torn = WriteTwoDays();
        Damage(torn, damage);

        // No writer has been there: readers go on with what is whole.
        Assert.Equal(["2"], Frames());
        Assert.Equal((1, 1), Damaged());

        Write();

        Assert.Equal(["2"], Frames());
        Assert.Equal((1, 1), Damaged());
        Assert.DoesNotContain(CatalogJson.Load(_folder).Files, f => f.Path.Contains("2026-01-02", StringComparison.Ordinal));
        Assert.Equal(damage == "gone" ? 0 : 1, Directory.Exists(_folder.Damaged) ? Directory.GetFiles(_folder.Damaged).Length : 0);

        // What was lost comes again, from an outbox or a copy, and is there once.
        Write(Messages.FeatureRecord(1), Messages.FeatureRecord(2, Messages.Captured + 86_400_000_000));
        Assert.Equal(["1", "2"], Frames());
    }

    [Fact]
    public void FileDamagedInside_DoesNotKeepTheLogFromBecomingParquet()
    {
        var damaged = WriteTwoDays();
        var bytes = File.ReadAllBytes(damaged);
        bytes.AsSpan(4, bytes.Length / 3).Fill(0xA5);
        File.WriteAllBytes(damaged, bytes);

        Write(Messages.FeatureRecord(1), Messages.FeatureRecord(3));

        Assert.Empty(_folder.Segments());
        Assert.Equal(["1", "2", "3"], Frames());
        Assert.Equal((1, 1), Damaged());
        Assert.Single(Directory.GetFiles(_folder.Damaged));
    }

    [Fact]
    public void Segment_TornAtItsEnd_CostsTheTornRecordAndIsCounted()
    {
        Write(false, Messages.FeatureRecord(1), Messages.FeatureRecord(2));
        var segment = _folder.SegmentPath(Assert.Single(_folder.Segments()));
        File.WriteAllBytes(segment, File.ReadAllBytes(segment)[..^5]);

        Write(Messages.FeatureRecord(3));

        Assert.Equal(["1", "3"], Frames());
        using var reader = SampleReader.Open(_data.Path);
        Assert.Equal(LogFormat.SizeOf(Messages.FeatureRecord(2)) - 5, reader.Statistics().BytesSkipped);
    }

    [Fact]
    public void SmallFilesOfADayThatIsOver_BecomeOneWithoutNewRows()
    {
        for (var i = 0UL; i < 5; i++)
        {
            Write(Messages.FeatureRecord(i));
        }

        Assert.Equal(5, CatalogJson.Load(_folder).Files.Length);
        _time.Advance(TimeSpan.FromDays(1));
        Write();

        Assert.Equal((5, 1), (Assert.Single(CatalogJson.Load(_folder).Files).Rows, CatalogJson.Load(_folder).Files.Length));
        Assert.Equal(["0", "1", "2", "3", "4"], Frames());
        Write(Messages.FeatureRecord(4), Messages.FeatureRecord(5));
        Write();
        Assert.Equal(6, Assert.Single(CatalogJson.Load(_folder).Files).Rows);
        _time.Advance(TimeSpan.FromDays(1));
        Write();
        Assert.Single(Directory.GetFiles(_folder.Partitions, "*.parquet", SearchOption.AllDirectories));
    }

    private static void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "gone":
                File.Delete(path);
                return;
            case "zeroed end":
                bytes.AsSpan(bytes.Length - 64).Clear();
                break;
            default:
                bytes = damage == "empty" ? [] : bytes[..(bytes.Length / 2)];
                break;
        }

        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Returns the path of the first day's file.</summary>
    private string WriteTwoDays()
    {
        Write(Messages.FeatureRecord(1));
        Write(Messages.FeatureRecord(2, Messages.Captured + 86_400_000_000));
        return _folder.PartitionPath(CatalogJson.Load(_folder).Files.Single(f => f.Day == "2026-01-02").Path);
    }

    private IReadOnlyList<string> Frames()
    {
        using var reader = SampleReader.Open(_data.Path);
        return [.. reader.Query("SELECT number FROM features ORDER BY number", 100).Rows.Select(r => $"{r[0]}")];
    }

    private (long Files, long Rows) Damaged()
    {
        using var reader = SampleReader.Open(_data.Path);
        var statistics = reader.Statistics();
        return (statistics.FilesDamaged, statistics.RowsDamaged);
    }

    private void Write(params LogRecord[] records) => Write(true, records);

    private void Write(bool compact, params LogRecord[] records)
    {
        using var writer = new SampleWriter(_folder, new StoreLimits(), _time, NullLogger.Instance);
        foreach (var record in records)
        {
            writer.Add(record);
        }

        writer.Commit();
        if (compact)
        {
            writer.Compact();
        }
    }
}
