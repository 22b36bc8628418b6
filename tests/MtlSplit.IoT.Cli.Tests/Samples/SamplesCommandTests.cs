using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Samples;

public sealed class SamplesCommandTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task RecordedLabels_AreCountedAndAnswerQueries()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = new BusConnection(new BusOptions { Port = broker.Port, ClientId = "labeller" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await using (var recorder = Mtlsplit.Start("samples", "record", "--fleet", "north", "--data", _data.FullName, "--broker", $"127.0.0.1:{broker.Port}"))
        {
            // Published until the recorder has subscribed and taken it; a repeat is one label.
            var label = new LabelMessage(new FrameId(1, 2), "object_size", "large", "test", 1_700_000_000_000_000);
            var payload = new byte[label.GetSize()];
            label.Write(payload);
            PublishResult result;
            do
            {
                result = await Expect.OutcomeAsync(bus, new BusMessage(DataTopics.Label("north", "car-1", "object_size"), payload));
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            }
            while (result.Outcome == PublishOutcome.NoSubscriber);

            Assert.True(result.IsDelivered, $"{result}");
            recorder.Terminate();
            Assert.Equal(0, await recorder.ExitAsync());
        }

        var stats = await Mtlsplit.JsonAsync("samples", "stats", "--data", _data.FullName, "--json");
        Assert.Equal(1, stats["tasks"]!.AsArray().Single()!["labels"]!.GetValue<int>());
        var (exit, table) = await Mtlsplit.RunAsync("samples", "stats", "--data", _data.FullName);
        Assert.Equal(0, exit);
        Assert.Contains("labels without feature", table, StringComparison.Ordinal);
        var row = await Mtlsplit.JsonAsync("samples", "query", "--data", _data.FullName, "SELECT vehicle, class_name, 0.5 AS half FROM labels", "--json");
        Assert.Equal("""{"vehicle":"car-1","class_name":"large","half":0.5}""", row.ToJsonString());
    }

    [Fact]
    public async Task Query_ShowsValuesAsTheyAre()
    {
        _data.CreateSubdirectory("samples");

        var (exit, said) = await Mtlsplit.RunAsync("samples", "query", "--data", _data.FullName, "SELECT 'a:man:b [red]c' AS \"d:man:\"");

        Assert.Equal(0, exit);
        Assert.Contains("a:man:b [red]c", said, StringComparison.Ordinal);
        Assert.Contains("d:man:", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfAQuery_SaysHowManyRowsAreWhere()
    {
        _data.CreateSubdirectory("samples");
        var file = Path.Combine(_data.FullName, "out.jsonl");

        var (exit, said) = await Mtlsplit.RunAsync("samples", "export", "--data", _data.FullName, "--out", file, "--format", "jsonlines", "SELECT 7 AS seven UNION ALL SELECT 8");

        Assert.Equal(0, exit);
        Assert.Contains($"2 rows in {file}", said, StringComparison.Ordinal);
        Assert.Equal(["""{"seven":7}""", """{"seven":8}"""], (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Order(StringComparer.Ordinal));
        var (refused, why) = await Mtlsplit.RunAsync("samples", "export", "--data", _data.FullName, "--out", file, "SELECT nothing FROM labels");
        Assert.Equal(1, refused);
        Assert.Contains("nothing", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELEC 1", "SELEC")]
    [InlineData("SELECT nothing FROM labels", "nothing")]
    [InlineData("DROP VIEW labels", "SELECT")]
    [InlineData("SELECT 1; SELECT 2", "SELECT")]
    public async Task Query_OfBadSql_SaysWhatIsWrongWithIt(string sql, string named)
    {
        _data.CreateSubdirectory("samples");

        var (exit, said) = await Mtlsplit.RunAsync("samples", "query", "--data", _data.FullName, sql);

        Assert.Equal(1, exit);
        Assert.StartsWith("error: ", said, StringComparison.Ordinal);
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stats")]
    [InlineData("query", "SELECT 1")]
    [InlineData("export", "SELECT 1", "--out", "never.parquet")]
    [InlineData("compact")]
    public async Task AFolderWithoutAStore_IsNamedAndNothingIsMadeThere(string verb, params string[] more)
    {
        var (exit, said) = await Mtlsplit.RunAsync(["samples", verb, "--data", _data.FullName, .. more]);

        Assert.Equal(1, exit);
        Assert.Contains($"error: {_data.FullName}/samples: there is no sample store; 'samples record' makes one.", said, StringComparison.Ordinal);
        Assert.Empty(_data.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData("--max-bytes", "samples", "record", "--fleet", "north", "--data", "d", "--max-bytes", "-5")]
    [InlineData("--max-bytes", "samples", "record", "--fleet", "north", "--data", "d", "--max-bytes", "lots")]
    [InlineData("--max-age: '2 weeks' is not a time such as 12h or 30d", "samples", "record", "--fleet", "north", "--data", "d", "--max-age", "2 weeks")]
    [InlineData("--uniform-rate", "samples", "record", "--fleet", "north", "--data", "d", "--uniform-rate", "0.6")]
    [InlineData("--need-rate", "samples", "record", "--fleet", "north", "--data", "d", "--need-rate", "0")]
    [InlineData("--max-fleet-bytes", "samples", "record", "--fleet", "north", "--data", "d", "--max-fleet-bytes", "1")]
    [InlineData("SQL is missing, and no --snapshot is named.", "samples", "export", "--data", "d", "--out", "o.parquet")]
    [InlineData("--snapshot and --task belong together.", "samples", "export", "--data", "d", "--out", "o.parquet", "--task", "object_size", "SELECT 1")]
    [InlineData("--snapshot: 'abc' is not 64 hex digits.", "samples", "export", "--data", "d", "--out", "o.parquet", "--task", "object_size", "--snapshot", "abc")]
    [InlineData("--out: there is no folder /nowhere", "samples", "export", "--data", "d", "--out", "/nowhere/o.parquet", "SELECT 1")]
    [InlineData("--block: 'long' is not a time such as 500ms, 10s or 5m", "labels", "queue", "--data", "d", "--task", "object_size", "--block", "long")]
    [InlineData("--per-block: 0 is not between 1 and 1000000", "labels", "queue", "--data", "d", "--task", "object_size", "--per-block", "0")]
    [InlineData("--stream: 'all' is not one of uniform, need", "labels", "queue", "--data", "d", "--task", "object_size", "--stream", "all")]
    [InlineData("--data", "samples", "record", "--fleet", "north")]
    [InlineData("--fleet", "samples", "record", "--fleet", "two words", "--data", "d")]
    [InlineData("--limit: 0 is not between", "samples", "query", "SELECT 1", "--data", "d", "--limit", "0")]
    [InlineData("--limit: 'few' is not a whole number", "samples", "query", "SELECT 1", "--data", "d", "--limit", "few")]
    [InlineData("--data: it may not be empty", "samples", "stats", "--data", "")]
    [InlineData("--delay: 'nonsense' is not a time such as 2s", "labels", "simulate", "--fleet", "north", "--seed", "1", "--delay", "nonsense")]
    [InlineData("--seed: '-1' is not a whole number", "labels", "simulate", "--fleet", "north", "--seed", "-1")]
    [InlineData("--share: 2 is not between 0 and 1", "labels", "simulate", "--fleet", "north", "--seed", "1", "--share", "2")]
    [InlineData("--tasks: 'mood' is none of object_size", "labels", "simulate", "--fleet", "north", "--seed", "1", "--tasks", "mood")]
    [InlineData("--split: 'some' is not one of all, training, test.", "labels", "simulate", "--fleet", "north", "--seed", "1", "--split", "some")]
    [InlineData("--split: '7' is not one of all, training, test.", "labels", "simulate", "--fleet", "north", "--seed", "1", "--split", "7")]
    [InlineData("--broker: 'nowhere' is not HOST:PORT", "labels", "simulate", "--fleet", "north", "--seed", "1", "--broker", "nowhere")]
    [InlineData("--log-level: 'loud' is not a log level", "labels", "simulate", "--fleet", "north", "--seed", "1", "--log-level", "loud")]
    [InlineData("--broker: 'kafka' is not one of embedded, mosquitto.", "demo", "--broker", "kafka")]
    [InlineData("--rate: 'fast' is not a number", "demo", "--rate", "fast")]
    [InlineData("--report: there is no folder /nowhere", "demo", "--report", "/nowhere/report.json")]
    [InlineData("--report: there is no folder /nowhere", "evaluate", "--bundle", "b", "--report", "/nowhere/report.json")]
    [InlineData("--out: / is a folder", "dataset", "sheet", "--out", "/")]
    [InlineData("BUNDLE is missing: The bundle: its folder, which holds model.json, or its archive.\nExample: mtlsplit bundle verify models/", "bundle", "verify")]
    [InlineData("ID is missing: The message, as list names it.\nExample: mtlsplit quarantine show 0", "quarantine", "show", "--data", "d")]
    [InlineData("SQL is missing: One SELECT", "samples", "query", "--data", "d")]
    [InlineData("Option '--run' is required.\nExample: mtlsplit export --run runs/a --out models/", "export", "--out", "b")]
    public async Task AValueThatCannotBe_IsRefusedByItsFlag(string complaint, params string[] args)
    {
        var (exit, said) = await Mtlsplit.RunAsync(args);

        Assert.Equal(2, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.Contains("Try --help.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }
}
