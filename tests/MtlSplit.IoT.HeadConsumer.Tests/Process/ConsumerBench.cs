using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Bundles;
using MtlSplit.IoT.Testing.Heads;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Process;

/// <summary>Mosquitto, a bundle, a data folder, a connection that publishes features and sees predictions, and one that sees the consumer's status.</summary>
internal sealed class ConsumerBench : IAsyncDisposable
{
    public const string Fleet = "test";
    public const string TaskName = "object_size";
    public const string Consumer = "size-1";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-heads-");
    private readonly MosquittoBroker _broker;

    // Unread predictions fill a connection's window; the status must not wait behind them.
    private readonly BusConnection _watcher;
    private readonly IBusSubscription _predictions;
    private readonly IBusSubscription _status;

    private ConsumerBench(TinyBundle tiny, MosquittoBroker broker, BusConnection bus, BusConnection watcher, IBusSubscription predictions, IBusSubscription status)
    {
        (Tiny, _broker, Bus, _watcher, _predictions, _status) = (tiny, broker, bus, watcher, predictions, status);
        Heads = new FleetHeads(_data.FullName, Fleet);
    }

    public TinyBundle Tiny { get; }

    public BusConnection Bus { get; }

    /// <summary>The data folder's heads, without those of the bundle.</summary>
    public FleetHeads Heads { get; }

    public static async Task<ConsumerBench> OpenAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var broker = await MosquittoBroker.StartAsync(ct);
        var bus = await ConnectAsync(broker, "vehicle", ct);
        var watcher = await ConnectAsync(broker, "watcher", ct);
        return new ConsumerBench(
            TinyBundle.Create(),
            broker,
            bus,
            watcher,
            await bus.SubscribeAsync(DataTopics.AllPredictions(Fleet), ct),
            await watcher.SubscribeAsync(DataTopics.HeadConsumer(Fleet, TaskName, Consumer), ct));
    }

    /// <summary>Starts the consumer and waits until the bundle's head answers.</summary>
    public async Task<ProgramUnderTest> StartAsync(params string[] args)
    {
        Expect.Waiting(_status.Deliveries).ForEach(d => d.Acknowledge());
        var program = Start(TaskName, args);
        await StatusAsync(s => s.Online && s.Heads.Count > 0, $"the consumer is up:\n{program.Log}");
        return program;
    }

    /// <summary>Starts a consumer of some task.</summary>
    public ProgramUnderTest Start(string task, params string[] args) => ProgramUnderTest.Start(
        "MtlSplit.IoT.HeadConsumer",
        ["--fleet", Fleet, "--task", task, "--consumer", Consumer, "--broker", $"{_broker.Host}:{_broker.Port}", "--models", Tiny.ModelsFolder, "--data", _data.FullName, .. args]);

    /// <summary>Publishes and waits until the broker has it.</summary>
    public async Task PublishAsync(params IEnumerable<BusMessage> messages)
    {
        List<Task<PublishResult>> outcomes = [];
        foreach (var message in messages)
        {
            outcomes.Add(await Expect.WithinAsync(Bus.PublishAsync(message, CancellationToken.None).AsTask(), "room for a feature"));
        }

        foreach (var outcome in outcomes)
        {
            Assert.Equal(PublishOutcome.Delivered, (await Expect.WithinAsync(outcome, "the broker takes a feature")).Outcome);
        }
    }

    /// <summary>The next prediction.</summary>
    public async Task<(PredictionKey Key, PredictionMessage Message)> PredictionAsync(string what)
    {
        var delivery = (await Expect.DeliveriesAsync(_predictions, 1, what))[0];
        return Read(delivery);
    }

    /// <summary>Predictions until every frame of one vehicle from 0 on has one.</summary>
    public async Task<List<(PredictionKey Key, PredictionMessage Message)>> PredictionsOfAsync(int frames, string what)
    {
        List<(PredictionKey, PredictionMessage)> all = [];
        var seen = new HashSet<ulong>();
        while (seen.Count < frames)
        {
            var prediction = await PredictionAsync($"{what}; {seen.Count} of {frames} are there");
            seen.Add(prediction.Message.Frame.Number);
            all.Add(prediction);
        }

        return all;
    }

    /// <summary>What came without having been waited for. Acknowledged: the broker sends no more than a window of what is not.</summary>
    public IReadOnlyList<(PredictionKey Key, PredictionMessage Message)> MorePredictions()
    {
        var waiting = Expect.Waiting(_predictions.Deliveries);
        waiting.ForEach(d => d.Acknowledge());
        return [.. waiting.Select(Read)];
    }

    /// <summary>Waits until the consumer's status says something.</summary>
    public async Task<HeadConsumerStatus> StatusAsync(Func<HeadConsumerStatus, bool> holds, string what)
    {
        while (true)
        {
            var delivery = (await Expect.DeliveriesAsync(_status, 1, what))[0];
            if (HeadConsumerStatus.TryParse(delivery.Payload.Span) is { } status && holds(status))
            {
                return status;
            }
        }
    }

    /// <summary>Waits until the quarantine on disk holds so many.</summary>
    public async Task<List<QuarantinedMessage>> QuarantinedAsync(int count)
    {
        using var log = new QuarantineLog(Path.Combine(_data.FullName, "quarantine", TaskName), new QuarantineOptions(), TimeProvider.System);
        List<QuarantinedMessage> all = [];
        await Expect.UntilAsync(() => (all = [.. log.Read()]).Count >= count, $"{count} messages in quarantine; it holds: {string.Join(", ", all.Select(m => m.Entry.Reason))}");
        return all;
    }

    /// <summary>Publishes a head with weights of its own and puts it into use.</summary>
    public HeadRelease PublishHead(ContractId contract, int seed)
    {
        var task = Tiny.Bundle.FindTask(TaskName)!;
        return Heads.Publish(
            contract,
            new HeadManifest { Task = TaskName, Classes = task.Classes, Contract = "", Number = 0, Sha256 = "", CreatedAt = 1_700_000_000_000_000 },
            TinyBundle.Head(TaskName, seed));
    }

    public async ValueTask DisposeAsync()
    {
        await Bus.DisposeAsync();
        await _watcher.DisposeAsync();
        await _broker.DisposeAsync();
        Tiny.Dispose();
        _data.Delete(recursive: true);
    }

    private static async Task<BusConnection> ConnectAsync(MosquittoBroker broker, string name, CancellationToken ct)
    {
        var bus = new BusConnection(
            new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = name, CleanStart = true, PublishTimeout = Expect.Patience }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await bus.WhenConnectedAsync(ct);
        return bus;
    }

    private static (PredictionKey, PredictionMessage) Read(BusDelivery delivery)
    {
        Assert.True(DataTopic.TryParse(delivery.Topic, out var topic));
        Assert.True(PredictionMessage.TryRead(delivery.Payload, out var message, out var fault), fault.ToString());
        Assert.Equal(TaskName, topic.Leaf);
        Assert.Equal(TaskName, message.Task);
        return (new PredictionKey(topic.Vehicle, message.Contract, message.Frame, message.Task, message.HeadVersion), message);
    }
}
