using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.SampleStore.Sampling;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Queries;

public sealed class SampleReaderTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly SampleFolder _folder;

    public SampleReaderTests()
    {
        _folder = new SampleFolder(_data.Path);
        new DescriptorFolder(_folder).Keep(Messages.Contract, Messages.Descriptor.ToCanonicalJson());
    }

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Samples_WithLabelAndPrediction_ComeBackDecodedAndJoined(bool compacted)
    {
        Write(compacted, Messages.FeatureRecord(7), Messages.PredictionRecord(7, 2), Messages.LabelRecord(7, "big"), Messages.FeatureRecord(8));
        using var reader = SampleReader.Open(_data.Path);

        var labelled = Samples(reader, new SampleFilter(Messages.Contract, Messages.Task));
        var all = Samples(reader, new SampleFilter(Messages.Contract, Messages.Task) { LabelledOnly = false });

        var sample = Assert.Single(labelled.Samples);
        Assert.Equal(Messages.Frame(7), sample.Frame);
        Assert.Equal(Messages.Values(7), sample.Feature);
        Assert.Equal(("big", "renderer", 2, "h1-0123456789ab"), (sample.Label, sample.LabelSource, sample.PredictedClass, sample.HeadVersion));
        Assert.Equal((Messages.Fleet, Messages.Vehicle, Messages.Captured + 7000), (sample.Fleet, sample.Vehicle, sample.CapturedAt));
        Assert.Equal([7UL, 8UL], all.Samples.Select(s => s.Frame.Number));
        Assert.Null(all.Samples[1].Label);
        Assert.Null(all.Samples[1].PredictedClass);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Label_ThatCameBeforeItsFeature_IsJoinedOnceTheFeatureComes(bool compacted)
    {
        Write(compacted, Messages.LabelRecord(1));
        using (var early = SampleReader.Open(_data.Path))
        {
            Assert.Empty(Samples(early, new SampleFilter(Messages.Contract, Messages.Task)).Samples);
            Assert.Equal(1, Assert.Single(early.Statistics().Tasks).EarlyLabels);
        }

        Write(compacted, Messages.FeatureRecord(1));

        using var reader = SampleReader.Open(_data.Path);
        Assert.Equal("2", Assert.Single(Samples(reader, new SampleFilter(Messages.Contract, Messages.Task)).Samples).Label);
        Assert.Equal(0, Assert.Single(reader.Statistics().Tasks).EarlyLabels);
    }

    [Fact]
    public void Labels_ThatOneSourceCorrects_GiveTheNewestAndAreNoConflict()
    {
        Write(false, Messages.FeatureRecord(1), Messages.LabelRecord(1, "old", Messages.Captured), Messages.LabelRecord(1, "new", Messages.Captured + 1));
        using var reader = SampleReader.Open(_data.Path);

        Assert.Equal("new", Assert.Single(Samples(reader, new SampleFilter(Messages.Contract, Messages.Task)).Samples).Label);
        Assert.Equal(0, Assert.Single(reader.Statistics().Tasks).Conflicts);
    }

    [Fact]
    public void Filter_ByVehicleTimeAndNewest_KeepsExactlyThose()
    {
        Write(false, [.. Enumerable.Range(0, 10).Select(i => Messages.FeatureRecord((ulong)i, vehicle: i % 2 == 0 ? "even" : "odd"))]);
        using var reader = SampleReader.Open(_data.Path);
        var filter = new SampleFilter(Messages.Contract, Messages.Task) { LabelledOnly = false };

        Assert.Equal([1UL, 3, 5, 7, 9], Numbers(filter with { Vehicle = "odd" }));
        Assert.Equal([6UL, 7, 8, 9], Numbers(filter with { CapturedSince = Messages.Captured + 6000 }));
        Assert.Equal([8UL, 9], Numbers(filter with { Newest = 2 }));
        Assert.Equal([0UL, 1], Numbers(filter with { CapturedBefore = Messages.Captured + 2000 }));
        Assert.Empty(Numbers(filter with { Fleet = "other" }));
        Assert.Empty(Numbers(filter with { Stream = StreamKind.Need }));
        Assert.Equal(10, Numbers(filter with { Stream = StreamKind.Uniform }).Count());
        var drawn = Numbers(filter with { Drawn = 4 }).ToList();
        Assert.Equal(4, drawn.Distinct().Count());
        Assert.Equal(drawn, Numbers(filter with { Drawn = 4 }));
        Assert.NotEqual([6UL, 7, 8, 9], drawn);

        IEnumerable<ulong> Numbers(SampleFilter f) => Samples(reader, f).Samples.Select(s => s.Frame.Number);
    }

    [Fact]
    public void Feature_ThatItsContractCannotDecode_IsCountedAndLeftOut()
    {
        Write(false, Messages.FeatureRecord(1), Messages.FeatureRecord(2, encoding: 99), Messages.FeatureRecord(3, encoding: 2));
        using var reader = SampleReader.Open(_data.Path);

        var set = Samples(reader, new SampleFilter(Messages.Contract, Messages.Task) { LabelledOnly = false });

        Assert.Equal(1UL, Assert.Single(set.Samples).Frame.Number);
        Assert.Equal(2, set.Undecodable);
    }

    [Fact]
    public void Samples_OfAContractNeverDescribed_AreRefusedByName()
    {
        Write(false, Messages.FeatureRecord(1));
        File.Delete(_folder.ContractPath(Messages.Contract));
        using var reader = SampleReader.Open(_data.Path);

        var error = Assert.Throws<SampleStoreException>(() => Samples(reader, new SampleFilter(Messages.Contract, Messages.Task)));

        Assert.Contains(Messages.Contract.ToString(), error.Message, StringComparison.Ordinal);
        Assert.False(Assert.Single(reader.Statistics().Contracts).DescriptorKnown);
    }

    [Fact]
    public void Descriptor_ChangedOnDisk_IsRefused()
    {
        var path = _folder.ContractPath(Messages.Contract);
        File.WriteAllText(path, File.ReadAllText(path).Replace("tiny", "huge", StringComparison.Ordinal));
        Write(false, Messages.FeatureRecord(1));
        using var reader = SampleReader.Open(_data.Path);

        Assert.Throws<SampleStoreException>(() => reader.Descriptor(Messages.Contract));
    }

    [Fact]
    public void Folder_WithoutAStore_IsRefusedByName()
    {
        var nowhere = Path.Combine(_data.Path, "nowhere");

        Assert.Contains(nowhere, Assert.Throws<SampleStoreException>(() => SampleReader.Open(nowhere)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Catalog_ThatIsNotJson_IsRefusedByName()
    {
        File.WriteAllText(_folder.Catalog, "{");

        Assert.Contains("catalog.json", Assert.Throws<SampleStoreException>(() => SampleReader.Open(_data.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COPY features TO 'stolen.parquet'")]
    [InlineData("DROP VIEW features")]
    [InlineData("SELECT 1; DELETE FROM fresh_features")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("ATTACH 'other.db'")]
    [InlineData("selec 1")]
    [InlineData("")]
    public void Sql_ThatIsNotOneSelect_IsRefused(string sql)
    {
        Write(false, Messages.FeatureRecord(1));
        using var reader = SampleReader.Open(_data.Path);

        Assert.Throws<SampleStoreException>(() => reader.Query(sql, 10));

        Assert.Equal(1L, Assert.Single(reader.Query("SELECT count(*) FROM features", 10).Rows)[0]);
    }

    [Theory]
    [InlineData("SELECT content FROM read_text('{0}')")]
    [InlineData("SELECT * FROM read_csv('{0}', header = false)")]
    [InlineData("SELECT * FROM '{0}'")]
    [InlineData("SELECT * FROM read_blob('{1}/../secret.csv')")]
    [InlineData("SELECT * FROM query('SELECT * FROM read_text(''{0}'')')")]
    [InlineData("SELECT * FROM glob('{2}/*')")]
    [InlineData("SELECT (SELECT content FROM read_text('{0}')) FROM features")]
    [InlineData("SELECT * FROM sniff_csv('{0}')")]
    public void Sql_OverAFileThatIsNotTheStores_IsRefused(string sql)
    {
        var secret = Path.Combine(_folder.Root, "secret.csv");
        File.WriteAllText(secret, "nobody's,business\n");
        Write(true, Messages.FeatureRecord(1));
        using var reader = SampleReader.Open(_data.Path);

        var refusal = Assert.Throws<SampleStoreException>(() => reader.Query(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, secret, _folder.Partitions, _folder.Root), 10));

        Assert.DoesNotContain("nobody's", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1L, Assert.Single(reader.Query("SELECT count(*) FROM features", 10).Rows)[0]);
    }

    [Fact]
    public void Sql_OverTheViews_JoinsByFrameAndSaysWhenItWasCut()
    {
        Write(true, Messages.FeatureRecord(1), Messages.FeatureRecord(2), Messages.LabelRecord(2, "big"), Messages.PredictionRecord(2));
        using var reader = SampleReader.Open(_data.Path);

        var joined = reader.Query("SELECT f.frame, l.class_name, p.probabilities, f.tensor, f.captured_at FROM features f JOIN labels l USING (frame) JOIN predictions p USING (frame)", 10);
        var cut = reader.Query("SELECT * FROM features", 1);

        var row = Assert.Single(joined.Rows);
        Assert.Equal(Messages.Frame(2).ToString(), row[0]);
        Assert.Equal(("big", "[0.1, 0.7, 0.2]", "2026-01-02T03:04:05.002000Z"), (row[1], row[2], row[4]));
        Assert.StartsWith("28b52ffd", Assert.IsType<string>(row[3]), StringComparison.Ordinal);
        Assert.True(cut.Truncated);
        Assert.Single(cut.Rows);
    }

    [Fact]
    public async Task Readers_WhileTheWriterCommitsAndCompacts_SeeEveryCommittedRowExactlyOnce()
    {
        const int Groups = 60;
        var limits = new StoreLimits { MergeFiles = 3, RetiredGrace = TimeSpan.FromMinutes(1) };
        using var writer = new SampleWriter(_folder, limits, TimeProvider.System, NullLogger.Instance);
        long committed = 0;
        var writing = Task.Run(
            () =>
            {
                for (var group = 0; group < Groups; group++)
                {
                    for (var i = 0; i < 5; i++)
                    {
                        writer.Add(Messages.FeatureRecord((ulong)((group * 5) + i)));
                    }

                    // A frame of the group before comes again.
                    writer.Add(Messages.FeatureRecord((ulong)(group * 5 == 0 ? 0 : (group * 5) - 1)));
                    writer.Commit();
                    Volatile.Write(ref committed, (group + 1) * 5);
                    if (group % 4 == 3)
                    {
                        writer.Compact();
                    }
                }
            },
            TestContext.Current.CancellationToken);
        var readings = 0;
        do
        {
            var atLeast = Volatile.Read(ref committed);
            using var reader = SampleReader.Open(_data.Path);
            var row = Assert.Single(reader.Query("SELECT count(*), count(DISTINCT frame), coalesce(max(number) + 1, 0) FROM features", 1).Rows);
            Assert.Equal(row[0], row[1]);
            Assert.Equal($"{row[0]}", $"{row[2]}");
            Assert.True((long)row[0]! >= atLeast, $"{row[0]} rows seen, {atLeast} were committed before.");
            readings++;
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.True(readings > 3, $"only {readings} readings ran beside the writer");
    }

    [Fact]
    public void Writer_BesideAnotherOne_IsRefused()
    {
        using var first = new SampleWriter(_folder, new StoreLimits(), TimeProvider.System, NullLogger.Instance);

        Assert.Throws<SampleStoreException>(() => new SampleWriter(_folder, new StoreLimits(), TimeProvider.System, NullLogger.Instance));
    }

    private static SampleSet Samples(SampleReader reader, SampleFilter filter) => reader.Samples(filter, TestContext.Current.CancellationToken);

    private void Write(bool compact, params LogRecord[] records)
    {
        using var writer = new SampleWriter(_folder, new StoreLimits(), TimeProvider.System, NullLogger.Instance);
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
