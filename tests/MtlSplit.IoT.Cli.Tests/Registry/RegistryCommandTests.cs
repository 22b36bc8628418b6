using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;
using MtlSplit.IoT.Registry;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Tracing;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.Testing.Brokers;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Registry;

/// <summary><c>mtlsplit registry</c> over a registry that retraining could have written.</summary>
public sealed class RegistryCommandTests : IDisposable
{
    private const string Fleet = "north";
    private const string Task = "object_size";

    private static readonly ContractId Contract = ContractId.Of("a contract"u8);
    private static readonly FrameId Frame = new(7, 42);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-cli-");
    private readonly ModelRegistry _registry;
    private readonly RegisteredHead _one;
    private readonly RegisteredHead _two;
    private readonly RegisteredHead _refused;

    public RegistryCommandTests()
    {
        _registry = new ModelRegistry(_data.FullName, TimeProvider.System);
        (_one, _two, _refused) = (Head("one"), Head("two"), Head("bad", "Worse"));
        _registry.Promote(new AliasKey(Fleet, Contract, Task), _one, new ChangeReason("ann", "the first"));
    }

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task List_ShowsHeadsRunsAndAliases()
    {
        var (exit, said) = await RunAsync("list");
        Assert.Equal(0, exit);
        Assert.Contains("north:production", said, StringComparison.Ordinal);
        Assert.Contains("3 heads", said, StringComparison.Ordinal);

        Assert.Equal([_one.Version, _two.Version, _refused.Version], (await RowsAsync("list")).Select(row => row["version"]!.GetValue<string>()));
        Assert.Equal(["Accepted", "Accepted", "Worse"], (await RowsAsync("list", "runs", "--task", Task)).Select(row => row["decision"]!.GetValue<string>()).Order());
        Assert.Equal("the first", Assert.Single(await RowsAsync("list", "aliases", "--contract", Contract.ShortForm))["why"]!.GetValue<string>());
        Assert.Empty(await RowsAsync("list", "--task", "another"));
        Assert.Empty(await RowsAsync("list", "bundles"));
    }

    [Fact]
    public async Task Show_RendersTheCard_AndSaysWhyANumberWasRefused()
    {
        var (exit, said) = await RunAsync("show", "4", "--task", Task);
        Assert.Equal(0, exit);
        Assert.Contains($"# {_refused.Version}, head of {Task}", said, StringComparison.Ordinal);
        Assert.Contains("Gate: Worse. because of bad", said, StringComparison.Ordinal);

        var json = JsonNode.Parse((await RunAsync("show", _one.Version, "--json")).Said)!;
        Assert.Equal((_one.Id, "because of one"), (json["head"]!["id"]!.GetValue<string>(), json["run"]!["reason"]!.GetValue<string>()));
        Assert.Equal((1, true), await RefusedAsync("error: unknown", "show", "h99-nothing"));
    }

    [Fact]
    public async Task PromoteAndRollback_MoveWhatConsumersFollow_AndRefuseByCode()
    {
        var store = new HeadStore(_data.FullName, Fleet);
        var change = JsonNode.Parse((await RunAsync("promote", _two.Version, "--fleet", Fleet, "--expect", _one.Version, "--by", "ben", "--why", "better at dusk", "--json")).Said)!;
        Assert.Equal((_one.Version, _two.Version, "ben"), (change["from"]!.GetValue<string>(), change["to"]!.GetValue<string>(), change["by"]!.GetValue<string>()));
        Assert.Equal(_two.Version, store.CurrentVersion(Contract, Task));

        Assert.Equal((3, true), await RefusedAsync("refused: overtaken", "promote", _one.Version, "--expect", _one.Version));
        Assert.Equal((3, true), await RefusedAsync("refused: gate-refused", "promote", _refused.Version));
        Assert.Equal((0, true), await RefusedAsync("already", "promote", _two.Version));
        Assert.Equal(_two.Version, store.CurrentVersion(Contract, Task));

        Assert.Equal(0, (await RunAsync("rollback", "--fleet", Fleet, "--task", Task, "--why", "worse at dawn")).Exit);
        Assert.Equal(_one.Version, store.CurrentVersion(Contract, Task));
        Assert.Equal(0, (await RunAsync("rollback")).Exit);
        Assert.Equal(_two.Version, store.CurrentVersion(Contract, Task));
        Assert.Equal((1, true), await RefusedAsync("error: unknown", "rollback", "--fleet", "south"));

        Assert.Equal(0, (await RunAsync("promote", _one.Version, "--shadow")).Exit);
        Assert.Equal(_one.Version, store.Aliases(Contract, Task)!.Shadow!.Version);
        Assert.Equal(0, (await RunAsync("promote", "none", "--shadow")).Exit);
        Assert.Null(store.Aliases(Contract, Task)!.Shadow);
    }

    [Fact]
    public async Task TwoProcesses_PromotingAtOnce_OneWinsAndTheOtherIsRefused()
    {
        var outcomes = await System.Threading.Tasks.Task.WhenAll(
            RunAsync("promote", _two.Version, "--expect", _one.Version), RunAsync("promote", _refused.Version, "--despite-gate", "--expect", _one.Version));

        Assert.Equal([0, 3], outcomes.Select(outcome => outcome.Exit).Order());
        Assert.Contains("refused: overtaken", outcomes.Single(outcome => outcome.Exit == 3).Said, StringComparison.Ordinal);
        var history = _registry.History(new AliasKey(Fleet, Contract, Task));
        Assert.Equal((2, _one.Version), (history.Count, history[1].From!.Version));
        Assert.True(_registry.Verify(TestContext.Current.CancellationToken).IsSound);
    }

    [Fact]
    public async Task Promote_WhereAKeyIsTrusted_RefusesWhatItDidNotSign()
    {
        using var key = SigningKey.Create();
        var file = Path.Combine(_data.FullName, "release.pub.pem");
        await File.WriteAllTextAsync(file, key.PublicPem(), TestContext.Current.CancellationToken);

        Assert.Equal((3, true), await RefusedAsync("refused: unsigned", "promote", _two.Version, "--trust", file));
        var signed = _registry.Register(_two.Manifest, "two"u8.ToArray(), key);
        Assert.Equal(0, (await RunAsync("promote", signed.Version, "--trust", file)).Exit);
    }

    [Fact]
    public async Task Lineage_GoesFromTheFrameToTheHeadAndBack()
    {
        var frame = JsonNode.Parse((await RunAsync("lineage", $"{Frame}", "--json")).Said)!;
        Assert.Equal([_one.Version, _refused.Version, _two.Version], frame["uses"]!.AsArray().Select(use => use!["head"]!.GetValue<string>()).Order(StringComparer.Ordinal).OrderBy(v => v == _two.Version));

        var head = JsonNode.Parse((await RunAsync("lineage", _two.Version, "--frames", "--json")).Said)!;
        Assert.Equal($"{Frame}", Assert.Single(head["frames"]!.AsArray())!["frame"]!.GetValue<string>());
        Assert.Null(head["predictions"]);
        Assert.Contains("no samples are recorded here", (await RunAsync("lineage", _two.Version)).Said, StringComparison.Ordinal);
        Assert.Contains("no run used it", (await RunAsync("lineage", $"{new FrameId(1, 1)}")).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lineage_EndsWithWhatWasPredicted()
    {
        using (var import = new SampleImport(_data.FullName, Fleet, TimeProvider.System))
        {
            foreach (var (frame, head) in new[] { (Frame, _one), (new FrameId(7, 43), _one), (Frame, _two) })
            {
                var prediction = new PredictionMessage(frame, Contract, Task, head.Version, 5, 6, 7, 1, new float[] { 0.25f, 0.75f }, 1, 1);
                var payload = new byte[prediction.GetSize()];
                prediction.Write(payload);
                Assert.Equal(BadSample.None, import.Add(DataTopics.Prediction(Fleet, "car-1", Task), payload));
            }
        }

        var head1 = JsonNode.Parse((await OutputAsync("lineage", _one.Version, "--json")).Output)!;
        Assert.Equal(2, head1["predictions"]!["car-1"]!.GetValue<long>());
        var said = JsonNode.Parse((await OutputAsync("lineage", $"{Frame}", "--json")).Output)!["predictions"]!.AsArray();
        Assert.Equal(new[] { _one.Version, _two.Version }.Order(), said.Select(prediction => prediction!["head"]!.GetValue<string>()).Order());
        Assert.All(said, prediction => Assert.Equal(("car-1", 1), (prediction!["vehicle"]!.GetValue<string>(), prediction["class"]!.GetValue<long>())));
    }

    [Fact]
    public async Task Verify_NamesTheTamperedFile_AndMendsThePointer()
    {
        Assert.Equal((0, true), await RefusedAsync("sound", "verify"));
        var folder = new RegistryFolder(_data.FullName);
        var (blob, pointer) = (folder.BlobFile(_one.Manifest.Sha256), folder.PointerFile(Fleet, Contract, Task));
        await File.WriteAllTextAsync(blob, "oNe", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(pointer, "nonsense", TestContext.Current.CancellationToken);

        var (exit, said) = await RunAsync("verify", "--json");
        Assert.Equal(1, exit);
        var findings = JsonNode.Parse(said)!["findings"]!.AsArray().Select(finding => (finding!["fault"]!.GetValue<string>(), finding["file"]!.GetValue<string>())).ToList();
        Assert.Equal([("damaged", Path.GetRelativePath(folder.Root, pointer)), ("damaged", Path.GetRelativePath(folder.Root, blob))], findings);

        (exit, said) = await RunAsync("verify", "--mend");
        Assert.Equal(1, exit);
        Assert.Contains($"{_one.Version} answers", said, StringComparison.Ordinal);
        Assert.Contains("1 thing is wrong", said, StringComparison.Ordinal);
        _registry.Register(_one.Manifest, "one"u8.ToArray());
        Assert.Equal((0, true), await RefusedAsync("sound", "verify"));
    }

    [Fact]
    public async Task Collection_AsksVehiclesAndBacklogs_AndTakesNothingUnlessTold()
    {
        var (held, quarantined) = (ContractId.Of("held"u8), ContractId.Of("quarantined"u8));
        var needed = new[] { Head("three", contract: held), Head("four", contract: quarantined) };
        using (var log = new QuarantineLog(Path.Combine(_data.FullName, "quarantine", Task), new QuarantineOptions(), TimeProvider.System))
        {
            log.Append(new QuarantineEntry(DataTopics.Feature(Fleet, "car-2", quarantined), new byte[] { 1 }, [], "no-head", "none", 1));
        }

        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = new BusConnection(new BusOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "car-1" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        var status = new VehicleStatus { Online = true, Contract = Contract.ToString(), HeldContracts = [held.ToString()] };
        await await bus.PublishAsync(new BusMessage(DataTopics.VehicleStatus(Fleet, "car-1"), status.ToJson()) { Retain = true }, TestContext.Current.CancellationToken);

        Assert.Equal((2, true), await RefusedAsync("--without-vehicles", "gc", "--grace-days", "0"));
        var dry = JsonNode.Parse((await OutputAsync("gc", "--grace-days", "0", "--broker", $"127.0.0.1:{broker.Port}", "--json")).Output)!;
        Assert.False(dry["applied"]!.GetValue<bool>());
        Assert.Equal(5, _registry.Heads().Count);
        var kept = dry["kept"]!.AsArray().ToDictionary(item => item!["name"]!.GetValue<string>(), item => item!["why"]!.GetValue<string>());
        Assert.Contains("vehicle car-1 still holds features", kept[needed[0].Version], StringComparison.Ordinal);
        Assert.Contains("quarantine of object_size", kept[needed[1].Version], StringComparison.Ordinal);
        Assert.Contains("production of", kept[_one.Version], StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("gc", "--grace-days", "0", "--broker", $"127.0.0.1:{broker.Port}", "--apply")).Exit);
        Assert.Equal(new[] { _one, needed[0], needed[1] }.Select(head => head.Id).Order(), _registry.Heads().Select(head => head.Id).Order());
        Assert.True(_registry.Verify(TestContext.Current.CancellationToken).IsSound);

        // The refused one is gone, and can still be asked for.
        Assert.Contains("because of bad", (await RunAsync("show", "4", "--task", Task, "--contract", Contract.ShortForm)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_OfAReceiverThatIsAway_Wait_AndAreDeliveredLater()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = new BusConnection(new BusOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "reader" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await using var events = await bus.SubscribeAsync(DataTopics.AllEvents(Fleet), TestContext.Current.CancellationToken);
        var settings = Path.Combine(new RegistryFolder(_data.FullName).Root, "settings.json");
        await File.WriteAllTextAsync(settings, """{"Registry": {"Webhooks": [{"Name": "ops", "Url": "http://127.0.0.1:1/", "Secret": "16 characters or more"}]}}""", TestContext.Current.CancellationToken);

        var (exit, said) = await RunAsync("promote", _two.Version);
        Assert.Equal(0, exit);
        Assert.Contains("ops: 1 event waits", said, StringComparison.Ordinal);
        Assert.Equal((1, true), await RefusedAsync("1 wait", "deliver"));

        await File.WriteAllTextAsync(settings, $$"""{"Registry": {"Bus": true}, "Bus": {"Port": {{broker.Port}} } }""", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync("rollback")).Exit);
        var delivery = await events.Deliveries.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(DataTopics.Event(Fleet, "head-rolled-back"), delivery.Topic);
        delivery.Acknowledge();
        await File.WriteAllTextAsync(settings, "nonsense", TestContext.Current.CancellationToken);
        Assert.Equal((2, true), await RefusedAsync("settings.json", "rollback"));
    }

    [Fact]
    public async Task DataFolder_ThatIsNotThere_IsNamed()
    {
        var (exit, said) = await Mtlsplit.RunAsync("registry", "list", "--data", "/nowhere");
        Assert.Equal(1, exit);
        Assert.Contains("/nowhere", said, StringComparison.Ordinal);
    }

    private RegisteredHead Head(string onnx, string decision = RunManifest.Accepted, ContractId? contract = null) => _registry.Register(
        new FinishedRun(
            new RunManifest
            {
                Fleet = Fleet, Contract = (contract ?? Contract).ToString(), Task = Task, At = 1_700_000_000_000_000 + onnx.Length, Parent = "h1-0", Snapshot = "", TrainingSamples = 1, HeldOutSamples = 0,
                Decision = decision, Reason = $"because of {onnx}", Report = "", Code = "0.1.0", Seed = "1",
            },
            System.Text.Encoding.UTF8.GetBytes($$"""{"reason":"because of {{onnx}}"}"""),
            SnapshotFile.Write(contract ?? Contract, Task, ["small", "large", onnx], [new SnapshotFrame(Frame, Fleet, "car-1", 5, "small", HeldOut: false)]))
        {
            Challenger = new HeadManifest { Task = Task, Classes = ["small", "large"], Contract = "", Number = 0, Sha256 = "", CreatedAt = 1_700_000_000_000_000, Metrics = new() { ["accuracy"] = 0.9 } },
            Onnx = System.Text.Encoding.UTF8.GetBytes(onnx),
        }).Head!;

    private Task<(int Exit, string Said)> RunAsync(string verb, params string[] args) => Mtlsplit.RunAsync(["registry", verb, .. args, "--data", _data.FullName]);

    private async Task<(int Exit, string Output)> OutputAsync(string verb, params string[] args)
    {
        await using var program = Mtlsplit.Start(["registry", verb, .. args, "--data", _data.FullName]);
        return (await program.ExitAsync(), program.Output);
    }

    private async Task<(int Exit, bool SaysSo)> RefusedAsync(string words, string verb, params string[] args)
    {
        var (exit, said) = await RunAsync(verb, args);
        return (exit, said.Contains(words, StringComparison.Ordinal));
    }

    private async Task<List<JsonNode>> RowsAsync(string verb, params string[] args) =>
        [.. (await OutputAsync(verb, [.. args, "--json"])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
