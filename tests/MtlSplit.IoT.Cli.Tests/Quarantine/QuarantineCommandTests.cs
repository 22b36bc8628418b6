using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Broker;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Quarantine;

/// <summary><c>mtlsplit quarantine</c> over a quarantine that a consumer could have written.</summary>
public sealed class QuarantineCommandTests : IAsyncLifetime
{
    private const string Topic = "mtl/v1/north/vehicles/car-1/features/abc";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-cli-");
    private IReadOnlyList<QuarantineId> _ids = [];

    public ValueTask InitializeAsync()
    {
        using var log = Log("object_size");
        _ids = log.Append(
        [
            new QuarantineEntry(Topic, new byte[] { 0xde, 0xad }, [new("traceparent", "00-ab"), new("x", "ä")], "no-head", "no head for fc-abc", 1_000_000),
            new QuarantineEntry(Topic, new byte[] { 2 }, [], "corrupt-tensor", "it does not decompress", 2_000_000),
            new QuarantineEntry(Topic, new byte[] { 3 }, [], "no-head", "no head for fc-abc", 3_000_000),
        ]);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _data.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task List_ShowsWholeIds_AndAsJsonOneObjectALine()
    {
        var (exit, said) = await Mtlsplit.RunAsync("quarantine", "list", "--data", _data.FullName);

        Assert.Equal(0, exit);
        Assert.All(_ids, id => Assert.Contains($" {id} ", said, StringComparison.Ordinal));
        Assert.Contains("3 messages", said, StringComparison.Ordinal);
        var rows = await RowsAsync();
        Assert.Equal(_ids.Select(id => $"{id}"), rows.Select(row => row["id"]!.GetValue<string>()));
        Assert.Equal(["no-head", "corrupt-tensor", "no-head"], rows.Select(row => row["reason"]!.GetValue<string>()));
        Assert.Empty(await RowsAsync("--task", "object_shape"));
    }

    [Fact]
    public async Task Show_SaysWhyAndFromWhere_AndWritesThePayload()
    {
        var file = Path.Combine(_data.FullName, "payload.bin");

        var (exit, said) = await Mtlsplit.RunAsync("quarantine", "show", $"{_ids[0]}", "--data", _data.FullName, "--payload", file);

        Assert.Equal(0, exit);
        foreach (var expected in new[] { "object_size", "1970-01-01T00:00:01.000Z", "no-head: no head for fc-abc", Topic, "traceparent: 00-ab", "x: ä", "dead" })
        {
            Assert.Contains(expected, said, StringComparison.Ordinal);
        }

        Assert.Equal([0xde, 0xad], await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Show_AsJson_HasEverythingThatCameWithTheMessage()
    {
        var (exit, said) = await Mtlsplit.RunAsync("quarantine", "show", $"{_ids[0]}", "--data", _data.FullName, "--json");

        Assert.Equal(0, exit);
        var detail = JsonNode.Parse(said)!;
        Assert.Equal($"{_ids[0]}", detail["message"]!["id"]!.GetValue<string>());
        Assert.Equal("no-head", detail["message"]!["reason"]!.GetValue<string>());
        Assert.Equal(["traceparent=00-ab", "x=ä"], detail["properties"]!.AsArray().Select(property => $"{property!["name"]}={property["value"]}"));
        Assert.Null(detail["feature"]);
        Assert.NotEmpty(detail["fault"]!.GetValue<string>());
        Assert.Equal([0xde, 0xad], Convert.FromBase64String(detail["payload"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Replay_PublishesWhereItWasWithItsProperties_MarksIt_AndNotTwice()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = Connect(broker);
        await using var features = await bus.SubscribeAsync("mtl/v1/north/vehicles/+/features/+", TestContext.Current.CancellationToken);

        Assert.Equal((0, "2 replayed, 0 not"), await ReplayAsync(broker, "--reason", "no-head"));

        var replayed = await Expect.DeliveriesAsync(features, 2, "the messages without a head");
        Assert.Equal([[0xde, 0xad], [3]], replayed.Select(delivery => delivery.Payload.ToArray()));
        Assert.All(replayed, delivery => Assert.Equal(Topic, delivery.Topic));
        Assert.Equal([new("traceparent", "00-ab"), new("x", "ä")], replayed[0].UserProperties);
        Assert.Equal([$"{_ids[1]}"], (await RowsAsync()).Select(row => row["id"]!.GetValue<string>()));
        Assert.Equal([true, false, true], (await RowsAsync("--all")).Select(row => row["replayed"]!.GetValue<bool>()));

        Assert.Equal((0, "0 replayed, 0 not"), await ReplayAsync(broker, "--reason", "no-head"));
        Assert.Equal((0, "1 replayed, 0 not"), await ReplayAsync(broker));
        Assert.Equal([2], (await Expect.DeliveriesAsync(features, 1, "the rest"))[0].Payload.ToArray());
        Assert.Empty(Expect.Waiting(features.Deliveries));
    }

    [Fact]
    public async Task Replay_OfNamedIds_TakesThoseAlone_AndSaysWhichAreNotThere()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = Connect(broker);
        await using var features = await bus.SubscribeAsync("mtl/v1/north/vehicles/+/features/+", TestContext.Current.CancellationToken);
        var unknown = new QuarantineId(_ids[1].Segment, _ids[1].Offset + 1);

        var (exit, said) = await ReplayAsync(broker, $"{_ids[1]}", $"{unknown}");

        Assert.Equal(1, exit);
        Assert.Contains($"warning: {unknown} is not there, or was replayed before", said, StringComparison.Ordinal);
        Assert.EndsWith("1 replayed, 1 not", said, StringComparison.Ordinal);
        Assert.Equal([2], (await Expect.DeliveriesAsync(features, 1, "the named one"))[0].Payload.ToArray());
        Assert.Equal(2, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task Replay_OfOneId_LeavesThoseBehindItAlone()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = Connect(broker);
        await using var features = await bus.SubscribeAsync("mtl/v1/north/vehicles/+/features/+", TestContext.Current.CancellationToken);

        Assert.Equal((0, "1 replayed, 0 not"), await ReplayAsync(broker, $"{_ids[0]}"));
        var (exit, said) = await ReplayAsync(broker, $"{_ids[1]}", "--reason", "no-head");

        Assert.Equal(1, exit);
        Assert.Contains($"{_ids[1]} is not there, has another reason than no-head, or was replayed before", said, StringComparison.Ordinal);
        Assert.Equal([0xde, 0xad], (await Expect.DeliveriesAsync(features, 1, "the named one"))[0].Payload.ToArray());
        Assert.Empty(Expect.Waiting(features.Deliveries));
        Assert.Equal(_ids.Skip(1).Select(id => $"{id}"), (await RowsAsync()).Select(row => row["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Replay_OfManyMessages_PublishesAllInOrder()
    {
        using (var log = Log("object_size"))
        {
            log.Append([.. Enumerable.Range(0, 500).Select(n => new QuarantineEntry(Topic, BitConverter.GetBytes(n), [], "many", "", 4_000_000 + n))]);
        }

        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        await using var bus = Connect(broker);
        await using var features = await bus.SubscribeAsync("mtl/v1/north/vehicles/+/features/+", TestContext.Current.CancellationToken);

        var reading = Expect.DeliveriesAsync(features, 500, "every message");
        Assert.Equal((0, "500 replayed, 0 not"), await ReplayAsync(broker, "--reason", "many"));

        Assert.Equal(Enumerable.Range(0, 500), (await reading).Select(delivery => BitConverter.ToInt32(delivery.Payload.Span)));
        Assert.Equal(3, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task Replay_WithUsersAtTheBroker_TakesCredentialsFromASettingsFile()
    {
        var options = new BrokerOptions { Credentials = [new BrokerCredential("ops", "s3cret", BrokerRole.Service)] };
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken, options);
        var settings = Path.Combine(_data.FullName, "bus.json");
        await File.WriteAllTextAsync(settings, """{ "Bus": { "Username": "ops", "Password": "s3cret" } }""", TestContext.Current.CancellationToken);

        await using var bus = new BusConnection(new BusOptions { Port = broker.Port, ClientId = "observer", Username = "ops", Password = "s3cret" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await using var features = await bus.SubscribeAsync(Topic, TestContext.Current.CancellationToken);

        var (without, complaint) = await ReplayAsync(broker);
        var (with, said) = await ReplayAsync(broker, "--settings", settings);

        Assert.Equal(1, without);
        Assert.Contains("bad user name or password", complaint, StringComparison.Ordinal);
        Assert.True(with == 0, said);
        Assert.EndsWith("3 replayed, 0 not", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_WhileNobodyListens_KeepsAllAndSaysWhy()
    {
        await using var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);

        var (exit, said) = await ReplayAsync(broker);

        Assert.Equal(1, exit);
        Assert.All(_ids, id => Assert.Contains($"warning: {id} stays in quarantine: nobody listens on {Topic}", said, StringComparison.Ordinal));
        Assert.EndsWith("0 replayed, 3 not", said, StringComparison.Ordinal);
        Assert.Equal(3, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task Replay_WithABrokerThatTakesConnectionsAndSaysNothing_EndsAndKeepsAll()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var address = mute.LocalEndpoint.ToString()!;

        var (exit, said) = await Mtlsplit.RunAsync("quarantine", "replay", "--data", _data.FullName, "--broker", address);

        Assert.Equal(1, exit);
        Assert.Contains($"error: The broker at {address} does not answer: ", said, StringComparison.Ordinal);
        Assert.Equal(3, (await RowsAsync()).Count);
    }

    [Theory]
    [InlineData(1, "There is no data folder /nowhere/data.", "list", "--data", "/nowhere/data")]
    [InlineData(1, "There is no data folder /nowhere/data.", "show", "000649a3c2f1b000.8", "--data", "/nowhere/data")]
    [InlineData(1, "There is no data folder /nowhere/data.", "replay", "--data", "/nowhere/data", "--broker", "127.0.0.1:9")]
    [InlineData(2, "'first' is not an id; 'mtlsplit quarantine list' shows them.", "show", "first", "--data", ".")]
    [InlineData(2, "'first' is not an id; 'mtlsplit quarantine list' shows them.", "replay", "first", "--data", ".")]
    [InlineData(2, "--broker: 'nowhere' is not HOST:PORT", "replay", "--data", ".", "--broker", "nowhere")]
    [InlineData(2, "Option '--data' is required", "list")]
    public async Task WhatCannotBe_IsRefusedByName(int code, string complaint, params string[] args)
    {
        var (exit, said) = await Mtlsplit.RunAsync(["quarantine", .. args]);

        Assert.Equal(code, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithADamagedSegment_SaysWhichPartAndShowsTheRest()
    {
        var segment = Assert.Single(Directory.GetFiles(_data.FullName, "*.quarantine", SearchOption.AllDirectories));
        var bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        bytes[(int)_ids[1].Offset + 20] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);

        var (exit, said) = await Mtlsplit.RunAsync("quarantine", "list", "--data", _data.FullName);

        Assert.Equal(0, exit);
        Assert.Contains($"warning: {segment}, {_ids[2].Offset - _ids[1].Offset} bytes from {_ids[1].Offset}: the entry's bytes do not match its hash", said, StringComparison.Ordinal);
        Assert.Contains("2 messages", said, StringComparison.Ordinal);
    }

    private static BusConnection Connect(EmbeddedBroker broker)
    {
        var bus = new BusConnection(new BusOptions { Port = broker.Port, ClientId = "observer" }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        return bus;
    }

    private QuarantineLog Log(string task) => new(Path.Combine(_data.FullName, "quarantine", task), new QuarantineOptions(), TimeProvider.System);

    private async Task<(int Exit, string Said)> ReplayAsync(EmbeddedBroker broker, params string[] more)
    {
        var (exit, said) = await Mtlsplit.RunAsync(["quarantine", "replay", "--data", _data.FullName, "--broker", $"127.0.0.1:{broker.Port}", .. more]);
        return (exit, said.Trim());
    }

    private async Task<List<JsonNode>> RowsAsync(params string[] more)
    {
        var (exit, said) = await Mtlsplit.RunAsync(["quarantine", "list", "--data", _data.FullName, "--json", .. more]);
        Assert.Equal(0, exit);
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
