using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Publishing;

/// <summary>Half an hour without a broker at ten frames a second, on a clock of its own, then a broker.</summary>
public sealed class LongOutageTests : IAsyncLifetime
{
    private const int Frames = 18_000;
    private const int LiveFrames = 200;
    private const int Window = 40;
    private const int TensorBytes = 1352;

    private static readonly TimeSpan FramePeriod = TimeSpan.FromMilliseconds(100);

    private readonly BackboneBench _bench = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-outage-");
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<FeatureMessage> _received = [];
    private readonly byte[] _tensor = new byte[TensorBytes];
    private EmbeddedBroker _broker = null!;
    private BusConnection _bus = null!;
    private BusConnection _reader = null!;

    public async ValueTask InitializeAsync()
    {
        new Random(9).NextBytes(_tensor);
        _broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken);
        (_bus, _reader) = (Connect("vehicle"), Connect("reader"));
        _reader.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _bus.DisposeAsync();
        await _reader.DisposeAsync();
        await _broker.DisposeAsync();
        _bench.Dispose();
        _end.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(8)]
    public async Task EveryFeatureWithinTheBound_IsDeliveredInOrder_WhileLiveOnesKeepTheirFreshness(int megabytes)
    {
        var options = new BackboneOptions { Fleet = "test", Vehicle = "car-1", OutboxFolder = _folder.FullName, OutboxBytes = megabytes << 20, RetryDelay = TimeSpan.FromMilliseconds(10) };
        var contract = PublishedContract.Of(options, ContractId.Of([1]), [1]);
        using var store = FeatureStores.Open(options, _time, NullLogger.Instance);
        var publisher = new FeaturePublisher(_bus, contract, store, Window, options, _bench.Counters, _time, NullLogger<FeaturePublisher>.Instance);
        var running = publisher.RunAsync(_end.Token);
        for (var n = 0; n < Frames; n++)
        {
            Accept(publisher, n);
        }

        var kept = publisher.Waiting;
        var dropped = Frames - kept;
        Assert.Equal(dropped, _bench.Counters.GivenUp.GetValueOrDefault(DropReason.OutboxFull));
        Assert.True(megabytes == 64 ? dropped == 0 : dropped > 0, $"{dropped} of {Frames} were dropped.");
        Assert.InRange(publisher.Statistics.Bytes, 1, options.OutboxBytes);
        Assert.InRange(publisher.Statistics.OldestAt, CapturedAt(dropped - 16), CapturedAt(dropped));

        // A subscriber first, so that nothing is offered in vain.
        var features = await Expect.WithinAsync(_reader.SubscribeAsync(DataTopics.AllFeatures("test"), TestContext.Current.CancellationToken), "the subscription");
        var reading = ReadAsync(features);
        _bus.Start();
        await Expect.UntilAsync(() => _bench.Counters.Delivered > 100, "the backlog is on its way");

        // Live features, each as soon as the one before has arrived, while the backlog goes on.
        var limits = new List<long>();
        for (var n = Frames; n < Frames + LiveFrames; n++)
        {
            Accept(publisher, n);

            // Before it may be what was delivered by now, what was in flight, and what the publisher had in its hand.
            limits.Add(_bench.Counters.Delivered + Window + 2);
            await Expect.UntilAsync(() => _bench.Counters.Delivered > limits[^1] || publisher.Waiting == 0, "the next ones are delivered");
        }

        await Expect.UntilAsync(() => publisher.Waiting == 0, "everything is delivered", TimeSpan.FromMinutes(1));
        await Expect.UntilAsync(() => _received.DistinctBy(m => m.Frame).Count() == kept + LiveFrames, "everything arrives");

        var messages = _received.ToList();
        Assert.Equal(Numbers(dropped, kept), messages.Where(m => m.Late || m.Frame.Number < Frames).Select(m => m.Frame.Number).Order());
        Assert.Equal(Numbers(Frames, LiveFrames), messages.Where(m => m.Frame.Number >= Frames).Select(m => m.Frame.Number));
        Assert.All(messages.Where(m => m.Frame.Number >= Frames), m => Assert.False(m.Late, $"Live feature {m.Frame.Number} came late."));
        for (var n = 0; n < LiveFrames; n++)
        {
            Assert.InRange(messages.FindIndex(m => m.Frame.Number == (ulong)(Frames + n)), 0, limits[n]);
        }

        // In order within each stream. What was live when the broker came back is a stream of its own before the backlog.
        Assert.Equal(messages.Where(m => m.Late).Select(m => m.Frame.Number).Order(), messages.Where(m => m.Late).Select(m => m.Frame.Number));
        Assert.Equal(messages.Where(m => !m.Late).Select(m => m.Frame.Number).Order(), messages.Where(m => !m.Late).Select(m => m.Frame.Number));
        await _end.CancelAsync();
        await Expect.WithinAsync(running, "the publisher ends");
        await features.DisposeAsync();
        await Expect.WithinAsync(reading, "the reader ends");

        static IEnumerable<ulong> Numbers(int from, int count) => Enumerable.Range(from, count).Select(n => (ulong)n);
    }

    private readonly FeatureOrigin _origin = new("first", ContractId.Of([1]), [1]);

    private static long CapturedAt(int number) => 1_750_000_000_000_000 + (number * 100_000L);

    private void Accept(FeaturePublisher publisher, int number)
    {
        _time.Advance(FramePeriod);
        publisher.Accept(new ExtractedFeature(_origin, new FrameId(1, (ulong)number), CapturedAt(number), 1, _tensor, null));
    }

    private async Task ReadAsync(IBusSubscription features)
    {
        await foreach (var delivery in features.Deliveries.ReadAllAsync())
        {
            Assert.True(FeatureMessage.TryRead(delivery.Payload.ToArray(), out var message, out var fault), fault.ToString());
            _received.Enqueue(message);
            delivery.Acknowledge();
        }
    }

    private BusConnection Connect(string name) => new(
        new BusOptions { Host = _broker.Host, Port = _broker.Port, ClientId = name, PublishTimeout = TimeSpan.FromMinutes(5) }, TimeProvider.System, NullLogger.Instance);
}
