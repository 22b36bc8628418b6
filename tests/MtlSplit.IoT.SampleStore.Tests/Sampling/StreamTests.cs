using CsCheck;
using DuckDB.NET.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.SampleStore.Sampling;
using MtlSplit.IoT.SampleStore.Tests.Labelling;
using MtlSplit.IoT.SampleStore.Tests.Recording;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Sampling;

public sealed class StreamTests : IDisposable
{
    private static readonly SamplingPlan Tenth = new() { UniformRate = 0.1 };

    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Messages.Captured));
    private readonly SampleFolder _folder;

    public StreamTests() => _folder = new SampleFolder(_data.Path);

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EitherStream_StandsForAllFramesAndHoldsNoneOfTheOthers(bool compacted)
    {
        Write(Tenth, compacted, [.. Range(2000).Select(i => Messages.FeatureRecord(i))]);

        using var reader = SampleReader.Open(_data.Path);
        var streams = reader.Statistics().Streams;
        Assert.Equal(["need", "uniform"], streams.Select(s => s.Stream));
        Assert.Equal([0.9, 0.1], streams.Select(s => s.LeastProbability));
        Assert.Equal(2000, streams.Sum(s => s.Features));
        Assert.All(streams, s => Assert.InRange(s.EstimatedFrames, 2000 - (4 * s.StandardError), 2000 + (4 * s.StandardError)));
        Assert.Equal(Range(2000).Count(i => new FrameDraw(Tenth.Key).Of(Messages.Frame(i)).Stream < 0.1), streams[1].Features);
    }

    [Fact]
    public void NeedRate_KeepsThatManyFramesOfAVehicleThoseFirstThatHeadsAreUnsureOf()
    {
        // 2,000 frames of two vehicles in 100 seconds. Every tenth is a close call of a rare class.
        var plan = Tenth with { NeedPerSecond = 2 };
        Write(plan, true, [.. Range(2000).SelectMany(i => Frame(i, i % 2 == 0 ? "even" : "odd", unsure: i % 20 < 2))]);

        using var reader = SampleReader.Open(_data.Path);
        var counts = reader.Query(
            "SELECT vehicle, count(*) FILTER (stream = 'need'), count(*) FILTER (stream = 'need' AND number % 20 < 2), avg(inclusion_probability) FILTER (stream = 'need' AND number % 20 < 2), avg(inclusion_probability) FILTER (stream = 'need' AND number % 20 >= 2) FROM features GROUP BY vehicle ORDER BY ALL",
            10).Rows;
        Assert.Equal(["even", "odd"], counts.Select(c => c[0]));
        foreach (var row in counts)
        {
            // 200 on average with a deviation of less than 13; about 90 frames of each vehicle were close calls.
            Assert.InRange((long)row[1]!, 150, 250);
            Assert.True((double)row[3]! > 4 * (double)row[4]!, $"close calls have {row[3]}, others {row[4]}");
            Assert.InRange((long)row[2]!, 50, 100);
        }

        var statistics = reader.Statistics();
        Assert.All(statistics.Streams, s => Assert.InRange(s.EstimatedFrames, 2000 - (4 * s.StandardError), 2000 + (4 * s.StandardError)));
        Assert.Equal(2000, statistics.RowsNotSampled + statistics.Streams.Sum(s => s.Features));
    }

    [Fact]
    public void FramesThatComeAgain_StayInTheirStreamAndHardlyAnyGetsASecondChance()
    {
        var plan = Tenth with { NeedPerSecond = 2 };
        LogRecord[] records = [.. Range(2000).SelectMany(i => Frame(i, "v1", unsure: i % 20 < 2))];
        Write(plan, true, records);
        var first = Rows();

        Write(plan, true, records);

        var second = Rows();
        Assert.Empty(first.Except(second));
        Assert.All(second.Except(first), r => Assert.Contains(" need ", r, StringComparison.Ordinal));
        Assert.InRange(second.Count - first.Count, 0, first.Count / 10);
    }

    [Fact]
    public void BlockThatTwoCompactionsShare_GetsHardlyMoreThanItsBudget()
    {
        // A block of 200 frames and a budget of 50.
        var plan = Tenth with { NeedPerSecond = 5 };
        LogRecord[] records = [.. Range(200).SelectMany(i => Frame(i, "v1", unsure: false))];
        Write(plan, true, records[..200]);
        Write(plan, true, records[200..]);

        using var reader = SampleReader.Open(_data.Path);
        var need = reader.Statistics().Streams.Single(s => s.Stream == "need");
        Assert.InRange(need.Features, 40, 100);
        Assert.InRange(need.EstimatedFrames, 200 - (4 * need.StandardError), 200 + (4 * need.StandardError));
    }

    [Fact]
    public void Store_FromBeforeThereWereStreams_ReadsAsUniformWithProbabilityOneAndMerges()
    {
        Write(null, true, [.. Range(20).Select(i => Messages.FeatureRecord(i))]);
        var file = Assert.Single(CatalogJson.Load(_folder).Files);
        AsBefore(file);

        Assert.Equal(Range(20).Select(i => $"{i} uniform 1.0"), Rows());
        Write(Tenth, true, new StoreLimits { MergeFiles = 2 }, [.. Range(40).Select(i => Messages.FeatureRecord(i))]);

        Assert.Equal(40, Assert.Single(CatalogJson.Load(_folder).Files).Rows);
        var rows = Rows();
        Assert.Equal(Range(20).Select(i => $"{i} uniform 1.0"), rows.Take(20));
        Assert.All(rows.Skip(20), r => Assert.True(r.EndsWith(" uniform 0.1", StringComparison.Ordinal) || r.EndsWith(" need 0.9", StringComparison.Ordinal), r));
    }

    [Fact]
    public void OldFilesBesideNewOnes_AreReadTogether()
    {
        Write(null, true, Messages.FeatureRecord(1));
        AsBefore(Assert.Single(CatalogJson.Load(_folder).Files));
        Write(Tenth with { UniformRate = 0 }, true, Messages.FeatureRecord(1), Messages.FeatureRecord(2));

        Assert.Equal(["1 uniform 1.0", "2 need 1.0"], Rows());
    }

    [Fact]
    public void Rows_UnderRepeatsReorderingAndCrashesAtAnyStep_AreEachThereExactlyOnce() =>
        Gen.Select(Gen.Select(Gen.Int[0, 5], Gen.ULong[0, 30].Array[1, 12]).Array[1, 12], Gen.Bool).Sample(
            (steps, thin) =>
            {
                using var data = new TemporaryFolder();
                var folder = new SampleFolder(data.Path);
                var plan = Tenth with { NeedPerSecond = thin ? 0.5 : null };
                var sent = new HashSet<ulong>();
                foreach (var (step, frames) in steps)
                {
                    using (var writer = new SampleWriter(folder, new StoreLimits { MergeFiles = 3 }, _time, NullLogger.Instance, plan))
                    {
                        foreach (var frame in frames)
                        {
                            writer.Add(Messages.FeatureRecord(frame));
                        }

                        writer.Commit();
                        sent.UnionWith(frames);
                        var (catalog, segments) = (File.ReadAllBytes(folder.Catalog), folder.Segments().ToDictionary(s => s, s => File.ReadAllBytes(folder.SegmentPath(s))));
                        switch (step)
                        {
                            case 0:
                                break;
                            case 1:
                                writer.Compact();
                                break;
                            case 2:
                                // The files are written, the catalog is not.
                                writer.Compact();
                                File.WriteAllBytes(folder.Catalog, catalog);
                                Restore(folder, segments);
                                break;
                            case 3:
                                // The catalog is written, the segments are still there.
                                writer.Compact();
                                Restore(folder, segments);
                                break;
                            case 4:
                                // The end of the newest segment is torn, and what was in it comes again.
                                var newest = folder.SegmentPath(segments.Keys.Max());
                                File.WriteAllBytes(newest, [.. segments[segments.Keys.Max()], 0x53, 0x4D, 0x50, 0x31, 9]);
                                break;
                            default:
                                using (var import = new ImportSegment(folder, Messages.Captured, 400))
                                {
                                    Array.ForEach(frames, f => import.Add(Messages.FeatureRecord(f)));
                                    import.HandIn();
                                }

                                break;
                        }
                    }

                    Check(data.Path, sent, thin, settled: false);
                }

                using (var writer = new SampleWriter(folder, new StoreLimits(), _time, NullLogger.Instance))
                {
                    writer.Compact();
                }

                Assert.Empty(folder.Segments());
                Check(data.Path, sent, thin, settled: true);
            },
            iter: 20,
            threads: 1);

    [Fact]
    public void UniformStream_IsQueuedForLabelsInRandomOrderAndTheNeedStreamWithoutIt()
    {
        Write(Tenth, false, [.. Range(300).SelectMany(i => Frame(i, "v1", unsure: i % 20 < 2))]);
        using var store = new LabelledStore();
        using var reader = SampleReader.Open(_data.Path);
        var uniform = LabelRanking.Rank(reader, _ => store.Heads, new QueueFilter { Task = Messages.Task, Stream = StreamKind.Uniform, Count = 1000 });
        var need = LabelRanking.Rank(reader, _ => store.Heads, new QueueFilter { Task = Messages.Task, PerBlock = 1000, Count = 1000 });

        Assert.Equal(300, uniform.Count + need.Count);
        Assert.Equal(reader.Statistics().Streams.Single(s => s.Stream == "uniform").Features, uniform.Count);
        Assert.NotEqual(uniform.Select(q => q.Frame).Order(StringComparer.Ordinal), uniform.Select(q => q.Frame));
        Assert.NotEqual(uniform.OrderByDescending(q => q.Score).Select(q => q.Score), uniform.Select(q => q.Score));
    }

    [Fact]
    public async Task TwoRecorders_OneAfterTheOther_DecideAlike()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await MosquittoBroker.StartAsync(ct);
        using var second = new TemporaryFolder();
        await using var vehicle = RunningRecorder.Connect(broker, "vehicle");
        foreach (var data in new[] { _data.Path, second.Path })
        {
            await using var recording = RunningRecorder.Start(broker, data, o => o with { Sampling = Tenth });
            await recording.ReadyAsync();
            foreach (var i in Range(200))
            {
                var result = await Expect.OutcomeAsync(vehicle, new BusMessage(DataTopics.Feature(Messages.Fleet, Messages.Vehicle, Messages.Contract), Messages.Feature(i)));
                Assert.True(result.IsDelivered, $"{result}");
            }

            await Expect.UntilAsync(() => recording.Statistics.Messages == 200, "200 features are recorded");
        }

        var (first, other) = (Rows(), Rows(second.Path));
        Assert.Equal(first, other);
        Assert.Equal(200, first.Count);
        Assert.InRange(first.Count(r => r.EndsWith(" uniform 0.1", StringComparison.Ordinal)), 5, 40);
    }

    private static IEnumerable<ulong> Range(int count) => Enumerable.Range(0, count).Select(i => (ulong)i);

    /// <summary>A frame, 20 a second of all vehicles, with its prediction.</summary>
    private static IEnumerable<LogRecord> Frame(ulong number, string vehicle, bool unsure)
    {
        // Messages puts frames a millisecond apart already.
        var at = Messages.Captured + ((long)number * 49_000);
        yield return Messages.FeatureRecord(number, at, vehicle: vehicle);
        float[] probabilities = unsure ? [0.3f, 0.36f, 0.34f] : [0.98f, 0.01f, 0.01f];
        yield return Messages.Record(Messages.Prediction(number, unsure ? 1 : 0, probabilities: probabilities, capturedAt: at), vehicle);
    }

    private static void Check(string data, HashSet<ulong> sent, bool thin, bool settled)
    {
        using var reader = SampleReader.Open(data);
        var rows = reader.Query("SELECT number, stream, count(*) OVER (PARTITION BY number) FROM features ORDER BY number", 1000).Rows;
        Assert.All(rows, r => Assert.Equal(1L, r[2]));
        Assert.All(rows, r => Assert.Equal(new FrameDraw(Tenth.Key).Of(Messages.Frame((ulong)r[0]!)).Stream < 0.1 ? "uniform" : "need", r[1]));
        var there = rows.Select(r => (ulong)r[0]!).ToHashSet();
        Assert.Subset(sent, there);
        if (!thin)
        {
            Assert.Equal(sent.Order(), there.Order());
        }
        else if (settled)
        {
            Assert.Superset(sent.Where(f => new FrameDraw(Tenth.Key).Of(Messages.Frame(f)).Stream < 0.1).ToHashSet(), there);
        }
    }

    private static void Restore(SampleFolder folder, Dictionary<long, byte[]> segments)
    {
        foreach (var (number, bytes) in segments)
        {
            File.WriteAllBytes(folder.SegmentPath(number), bytes);
        }
    }

    /// <summary>Makes a file, and what the catalog says of it, what they were before there were streams.</summary>
    private void AsBefore(PartitionFile file)
    {
        var path = _folder.PartitionPath(file.Path);
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY (SELECT * EXCLUDE (stream, inclusion_probability) FROM read_parquet('{path}', hive_partitioning = false)) TO '{path}.old' (FORMAT parquet)";
            command.ExecuteNonQuery();
        }

        File.Move(path + ".old", path, overwrite: true);
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_folder.Catalog))!;
        json["files"]![0]!.AsObject().Remove("form");
        json["files"]![0]!["bytes"] = new FileInfo(path).Length;
        json.AsObject().Remove("sampling");
        json.AsObject().Remove("rowsNotSampled");
        File.WriteAllText(_folder.Catalog, json.ToJsonString());
    }

    private IReadOnlyList<string> Rows(string? data = null)
    {
        using var reader = SampleReader.Open(data ?? _data.Path);
        return [.. reader.Query("SELECT number || ' ' || stream || ' ' || round(inclusion_probability, 6) FROM features ORDER BY number", 100_000).Rows.Select(r => $"{r[0]}")];
    }

    private void Write(SamplingPlan? plan, bool compact, params LogRecord[] records) => Write(plan, compact, new StoreLimits(), records);

    private void Write(SamplingPlan? plan, bool compact, StoreLimits limits, params LogRecord[] records)
    {
        using var writer = new SampleWriter(_folder, limits, _time, NullLogger.Instance, plan);
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
