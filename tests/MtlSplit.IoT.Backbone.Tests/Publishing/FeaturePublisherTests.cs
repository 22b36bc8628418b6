using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Publishing;

/// <summary>What holds wherever features wait.</summary>
public abstract class FeaturePublisherTests : IAsyncLifetime
{
    private const int TensorBytes = 1200;

    private static readonly ContractId Id = ContractId.Of([1]);
    private static readonly FeatureOrigin Origin = new("first", Id, [1]);

    private readonly BackboneBench _bench = new();
    private readonly List<BusConnection> _connections = [];
    private readonly CancellationTokenSource _end = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-publisher-");
    private readonly BackboneOptions _options;
    private readonly PublishedContract _contract;
    private EmbeddedBroker _broker = null!;
    private BusConnection _bus = null!;
    private FeaturePublisher _publisher = null!;
    private Task _running = Task.CompletedTask;
    private IFeatureStore? _store;

    private protected FeaturePublisherTests(bool onDisk)
    {
        _options = new BackboneOptions
        {
            Fleet = "test",
            Vehicle = "car-1",
            OutboxFeatures = 512,
            OutboxFolder = onDisk ? _folder.FullName : null,
            OutboxBytes = 1 << 20,
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
            FreshFor = TimeSpan.FromMinutes(1),
        };
        _contract = PublishedContract.Of(_options, Id, [1]);
    }

    private string Topic => _contract.Topic;

    private string Contract => _contract.Descriptor!.Topic;

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        _bus = Connect("vehicle");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await _broker.DisposeAsync();
        _bench.Dispose();
        _end.Dispose();
        _store?.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nobody_Subscribes_FeaturesWait_AndAllComeInOrderMarkedLateWhereOfferedBefore()
    {
        Begin();
        Accept(0, 200);
        // The descriptor is announced in vain first, and again if the connection came up meanwhile.
        await Expect.UntilAsync(() => _broker.Statistics.NoSubscriber > 4, "features are offered in vain");

        var features = await SubscribeAsync(Topic);

        var messages = (await Expect.DeliveriesAsync(features, 200, "all that waited")).ConvertAll(Read);
        Assert.Equal(Numbers(0, 200), messages.Select(m => m.Frame.Number).Order());
        Assert.Equal(Numbers(0, 200), messages.Select(m => m.Sequence).Order());
        Assert.True(messages[0].Late, "the first was offered before");
        Assert.False(messages[^1].Late, "the last was not");
        await Expect.UntilAsync(() => _publisher.Waiting == 0, "the outbox is empty");
        Assert.Equal(200, _bench.Counters.Delivered);
        Assert.Empty(_bench.Counters.GivenUp);
    }

    [Fact]
    public async Task Somebody_Subscribes_FeaturesComeInOrder_AfterTheDescriptor_AndNoneIsLate()
    {
        var all = await SubscribeAsync("#");
        Begin();
        Accept(0, 500);

        // A connection that comes up after the first announcement brings a second one; features wait for neither.
        var first = (await Expect.DeliveriesAsync(all, 1, "the descriptor"))[0];
        Assert.Equal(Contract, first.Topic);
        List<FeatureMessage> messages = [];
        while (messages.Count < 500)
        {
            messages.AddRange((await Expect.DeliveriesAsync(all, 1, $"all features; {messages.Count} came")).Where(d => d.Topic == Topic).Select(Read));
        }

        Assert.Equal(Numbers(0, 500), messages.Select(m => m.Frame.Number));
        Assert.DoesNotContain(messages, m => m.Late);
    }

    [Fact]
    public async Task Features_OfTwoBackbones_GoUnderTheirOwn_EachAfterItsDescriptor()
    {
        var all = await SubscribeAsync("#");
        Begin();
        var next = PublishedContract.Of(_options, ContractId.Of([2]), [2]);
        Accept(0, 20);
        var origin = new FeatureOrigin("next", next.Contract, [2]);
        for (var n = 20; n < 40; n++)
        {
            _publisher.Accept(Feature(n, [1]) with { Origin = origin });
        }

        var seen = new List<BusDelivery>();
        while (seen.Count(d => d.Topic == Topic || d.Topic == next.Topic) < 40)
        {
            seen.AddRange(await Expect.DeliveriesAsync(all, 1, $"features of both contracts; {seen.Count} came"));
        }

        Assert.Equal(Numbers(0, 20), seen.Where(d => d.Topic == Topic).Select(d => Read(d).Frame.Number));
        Assert.Equal(Numbers(20, 20), seen.Where(d => d.Topic == next.Topic).Select(d => Read(d).Frame.Number));
        Assert.InRange(seen.FindIndex(d => d.Topic == next.Descriptor!.Topic), 0, seen.FindIndex(d => d.Topic == next.Topic) - 1);
    }

    [Fact]
    public async Task Broker_RestartsAndHasForgotten_DescriptorIsThereAgainAndNoFeatureIsLost()
    {
        var features = await SubscribeAsync(Topic);
        Begin();
        Accept(0, 50);
        var seen = (await Expect.DeliveriesAsync(features, 50, "features before")).ConvertAll(Read);

        await _broker.StopAsync(TestContext.Current.CancellationToken);
        Accept(50, 50);
        await _broker.RestartAsync(TestContext.Current.CancellationToken);

        while (seen.DistinctBy(m => m.Frame).Count() < 100)
        {
            seen.AddRange((await Expect.DeliveriesAsync(features, 1, $"features after; {seen.Count} came")).Select(Read));
        }

        var descriptor = await SubscribeAsync(Contract);
        Assert.True((await Expect.DeliveryAsync(descriptor, "the descriptor is kept by the new broker")).Retained);
        Assert.Empty(_bench.Counters.GivenUp);
    }

    [Fact]
    public async Task Outbox_Full_GivesUpTheOldestAndCountsThem()
    {
        Begin();
        Accept(0, 2000, TensorBytes);

        await Expect.UntilAsync(
            () => _options.OutboxFolder is null ? _publisher.Waiting <= _options.OutboxFeatures : _publisher.Statistics.Bytes <= _options.OutboxBytes, "no more are held than allowed");
        var features = await SubscribeAsync(Topic);
        Accept(2000, 1);
        var kept = new HashSet<ulong>();
        while (!kept.Contains(2000))
        {
            kept.Add(Read((await Expect.DeliveriesAsync(features, 1, "what was kept"))[0]).Frame.Number);
        }

        await Expect.UntilAsync(() => _publisher.Waiting == 0, "the outbox is empty");
        var givenUp = Assert.Single(_bench.Counters.GivenUp);
        Assert.Equal(DropReason.OutboxFull, givenUp.Key);
        Assert.Equal(2001, givenUp.Value + _bench.Counters.Delivered);
        Assert.Superset(Numbers(1700, 300).ToHashSet(), kept);
    }

    [Fact]
    public async Task Stop_WithoutABroker_CountsWhatCouldNotBeDelivered_UnlessItIsKept()
    {
        await _broker.StopAsync(TestContext.Current.CancellationToken);
        Begin();
        Accept(0, 30);
        _publisher.Finish();
        await _end.CancelAsync();
        await Expect.WithinAsync(_running, "the publisher ends");

        await _bus.CloseAsync(TimeSpan.Zero, CancellationToken.None);
        await Expect.WithinAsync(_publisher.GiveUpTheRestAsync(CancellationToken.None), "the count of the rest");

        var lost = _options.OutboxFolder is null ? 30 : 0;
        Assert.Equal(lost, _bench.Counters.GivenUp.GetValueOrDefault(DropReason.Stopped));
        Assert.Equal(30 - lost, _publisher.Waiting);
    }

    [Fact]
    public async Task Finish_EndsAfterTheLastAnswer()
    {
        var features = await SubscribeAsync(Topic);
        Begin();
        Accept(0, 100);

        _publisher.Finish();

        await Expect.WithinAsync(_running, "the publisher ends by itself");
        Assert.Equal(100, _bench.Counters.Delivered);
        await Expect.DeliveriesAsync(features, 100, "all of them");
    }

    [Fact]
    public async Task Feature_ThatIsRefusedForGood_OrNotFinite_IsGivenUpWithItsReason_AndTheNextGoOn()
    {
        var features = await SubscribeAsync(Topic);
        Begin();

        _publisher.Accept(Feature(0, []));
        _publisher.Accept(Feature(1, new byte[600 * 1024]));
        _publisher.Accept(Feature(2, [1]));

        Assert.Equal(2u, Read(await Expect.DeliveryAsync(features, "the good one")).Frame.Number);
        await Expect.UntilAsync(() => _publisher.Waiting == 0, "all have their outcome");
        Assert.Equal(
            new Dictionary<string, long> { [DropReason.NotFinite] = 1, [DropReason.Refused(BusReasons.PacketTooLarge)] = 1 },
            _bench.Counters.GivenUp);
    }

    private static ExtractedFeature Feature(int number, byte[] tensor) => new(Origin, new FrameId(1, (ulong)number), 5, 1, tensor, null);

    private static IEnumerable<ulong> Numbers(int from, int count) => Enumerable.Range(from, count).Select(n => (ulong)n);

    private static FeatureMessage Read(BusDelivery delivery)
    {
        Assert.True(FeatureMessage.TryRead(delivery.Payload, out var message, out var fault), fault.ToString());
        return message;
    }

    private void Begin()
    {
        _store = FeatureStores.Open(_options, TimeProvider.System, NullLogger.Instance);
        _publisher = new FeaturePublisher(_bus, _contract, _store, 40, _options, _bench.Counters, TimeProvider.System, NullLogger<FeaturePublisher>.Instance);
        _running = Task.Run(() => _publisher.RunAsync(_end.Token));
    }

    private void Accept(int from, int count, int bytes = 3)
    {
        var tensor = Enumerable.Repeat((byte)7, bytes).ToArray();
        for (var n = from; n < from + count; n++)
        {
            _publisher.Accept(Feature(n, tensor));
        }
    }

    private BusConnection Connect(string name)
    {
        var bus = new BusConnection(new BusOptions { Host = _broker.Host, Port = _broker.Port, ClientId = name, PublishTimeout = Expect.Patience }, TimeProvider.System, NullLogger.Instance);
        _connections.Add(bus);
        bus.Start();
        return bus;
    }

    private Task<IBusSubscription> SubscribeAsync(string filter) =>
        Expect.WithinAsync(Connect($"reader-{_connections.Count}").SubscribeAsync(filter, TestContext.Current.CancellationToken), $"the subscription to {filter}");
}
