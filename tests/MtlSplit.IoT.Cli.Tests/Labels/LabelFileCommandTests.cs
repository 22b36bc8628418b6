using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.Testing.Heads;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Labels;

/// <summary>From the queue over a person and a file back into the store.</summary>
public sealed class LabelFileCommandTests : IDisposable
{
    private const long Captured = 1_767_323_045_000_000;

    private static readonly ContractId Contract = ContractId.Parse(new string('a', 64));

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public LabelFileCommandTests()
    {
        new FleetHeads(_data.FullName, "north").Publish(Contract, new HeadManifest { Task = "object_size", Classes = ["small", "large"], Contract = "", Number = 0, Sha256 = "", CreatedAt = 0 }, [1]);
        using var store = new SampleImport(_data.FullName, "north", TimeProvider.System);
        for (var i = 0UL; i < 4; i++)
        {
            var (frame, at) = (new FrameId(7, i), Captured + ((long)i * 60_000_000));
            var feature = new FeatureMessage(frame, at, i, 1, new byte[] { 1 }, Late: false);
            var payload = new byte[feature.GetSize()];
            feature.Write(payload);
            store.Add(DataTopics.Feature("north", "car-1", Contract), payload);
            var prediction = new PredictionMessage(frame, Contract, "object_size", "h2-0123456789ab", at, at, at, 0, new[] { 0.9f - (0.1f * i), 0.1f + (0.1f * i) }, i, 1);
            payload = new byte[prediction.GetSize()];
            prediction.Write(payload);
            store.Add(DataTopics.Prediction("north", "car-1", "object_size"), payload);
        }
    }

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Queue_FilledInByAPerson_IsImportedAndLeavesTheQueue()
    {
        var (exit, csv) = await Mtlsplit.RunAsync("labels", "queue", "--data", _data.FullName, "--task", "object_size", "--format", "csv", "--count", "3");
        Assert.Equal(0, exit);
        var lines = csv.Trim().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.StartsWith($"{new FrameId(7, 3)},car-1,object_size,,small,", lines[1], StringComparison.Ordinal);
        var file = Path.Combine(_data.FullName, "filled.csv");
        await File.WriteAllLinesAsync(
            file,
            [lines[0], lines[1].Replace("object_size,,", "object_size,large,", StringComparison.Ordinal), lines[2].Replace("object_size,,", "object_size,huge,", StringComparison.Ordinal), lines[3]],
            TestContext.Current.CancellationToken);

        var (imported, said) = await ImportAsync(file, "alice");

        Assert.Equal(3, imported);
        Assert.Contains("3 rows: 1 imported, 0 repeated, 1 without a class, 1 refused: 1 unknown-class; they are in ", said, StringComparison.Ordinal);
        Assert.Contains("filled.csv: line 3: unknown-class: 'huge' is none of large, small", said, StringComparison.Ordinal);
        var left = await Mtlsplit.JsonAsync("labels", "queue", "--data", _data.FullName, "--task", "object_size", "--json");
        Assert.Equal([2UL, 1, 0], left.AsArray().Select(q => Convert.ToUInt64(q!["frame"]!.GetValue<string>()[16..], 16)));

        Assert.Equal(3, (await ImportAsync(file, "alice")).Exit);
        var labels = await Mtlsplit.JsonAsync("samples", "query", "--data", _data.FullName, "--json", "SELECT count(*) AS labels, any_value(source) AS source FROM labels");
        Assert.Equal("""{"labels":1,"source":"alice"}""", labels.ToJsonString());
    }

    [Fact]
    public async Task SourcesThatContradict_AreListedAndAnOrderSettlesThem()
    {
        foreach (var (source, @class) in new[] { ("alice", "large"), ("bob", "small") })
        {
            var file = Path.Combine(_data.FullName, $"{source}.txt");
            await File.WriteAllTextAsync(file, $$"""{"frame":"{{new FrameId(7, 1)}}","vehicle":"car-1","task":"object_size","class":"{{@class}}","labelled_at":"2026-01-02T10:00:00Z"}""", TestContext.Current.CancellationToken);
            var (exit, said) = await ImportAsync(file, source, "--format", "jsonlines", "--strict");
            Assert.True(exit == 0, said);
        }

        var open = (await Mtlsplit.JsonAsync("labels", "conflicts", "--data", _data.FullName, "--json")).AsArray();
        var settled = (await Mtlsplit.JsonAsync("labels", "conflicts", "--data", _data.FullName, "--sources", "bob", "alice", "--json")).AsArray();
        var (_, table) = await Mtlsplit.RunAsync("labels", "conflicts", "--data", _data.FullName);

        Assert.Null(open.Single()!["used"]);
        Assert.Equal(["alice large", "bob small"], open.Single()!["said"]!.AsArray().Select(s => $"{s!["source"]} {s["class"]}"));
        Assert.Equal("small", settled.Single()!["used"]!.GetValue<string>());
        Assert.Contains("1 frames", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compaction_WithoutARecorder_MakesParquetOfAnImport()
    {
        var file = Path.Combine(_data.FullName, "labels.csv");
        await File.WriteAllTextAsync(file, $"frame,vehicle,task,class\n{new FrameId(7, 1)},car-1,object_size,large\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await ImportAsync(file, "alice")).Exit);

        var report = await Mtlsplit.JsonAsync("samples", "compact", "--data", _data.FullName, "--json");

        Assert.Equal((1, 2, 3), (report["segmentsTaken"]!.GetValue<int>(), report["filesBefore"]!.GetValue<int>() - report["filesDamaged"]!.GetValue<int>(), report["files"]!.GetValue<int>()));
        var stats = await Mtlsplit.JsonAsync("samples", "stats", "--data", _data.FullName, "--json");
        Assert.Equal((0, 1), (stats["logSegments"]!.GetValue<int>(), stats["tasks"]![0]!["labelledFeatures"]!.GetValue<int>()));

        // Frames of January 2026 are older than a day, and so is their label's time not.
        var old = await Mtlsplit.JsonAsync("samples", "compact", "--data", _data.FullName, "--max-age", "24h", "--json");
        Assert.Equal(8, old["rowsGivenUp"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(2, "--file: 'labels.txt' does not end in .csv, .jsonl, .ndjson or .parquet", "labels.txt")]
    [InlineData(1, "error: nowhere.csv: there is no such file.", "nowhere.csv")]
    [InlineData(2, "--refused: there is no folder /nowhere", "l.csv", "--refused", "/nowhere/r.csv")]
    [InlineData(2, "--format: 'xml' is not one of csv, jsonlines, parquet", "l.csv", "--format", "xml")]
    public async Task Import_OfWhatIsNoLabelFile_SaysSo(int expected, string complaint, string file, params string[] more)
    {
        var (exit, said) = await ImportAsync(file, "alice", more);

        Assert.Equal(expected, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Said)> ImportAsync(string file, string source, params string[] more) =>
        Mtlsplit.RunAsync(["labels", "import", "--file", file, "--data", _data.FullName, "--fleet", "north", "--source", source, .. more]);
}
