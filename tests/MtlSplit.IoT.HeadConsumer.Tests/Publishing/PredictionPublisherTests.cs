using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Broker;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Publishing;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.HeadConsumer.Tests.Intake;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Publishing;

public sealed class PredictionPublisherTests : IAsyncDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("mtlsplit-predictions-");
    private readonly HeadConsumerMetrics _metrics = new("task");
    private readonly RepeatWindow _window = new(100);
    private readonly QuarantineLog _log;
    private readonly FeatureQuarantine _quarantine;
    private readonly List<IAsyncDisposable> _open = [];

    public PredictionPublisherTests()
    {
        _log = new QuarantineLog(Path.Combine(_home.FullName, "quarantine"), new QuarantineOptions(), TimeProvider.System);
        // The topics of these features name no vehicle, so that nobody is told.
        var silent = new BusConnection(new BusOptions { Host = "127.0.0.1", Port = 1, ClientId = "silent" }, TimeProvider.System, NullLogger.Instance);
        _open.Add(silent);
        _quarantine = new FeatureQuarantine(_log, new QuarantineNotifier(silent, "fleet", "task", 10, TimeProvider.System, NullLogger.Instance), _window, 10, _metrics, TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_open))
        {
            await one.DisposeAsync();
        }

        _log.Dispose();
        _metrics.Dispose();
        _home.Delete(recursive: true);
    }

    [Fact]
    public async Task Broker_WithoutRoom_IsAskedAgainUntilItHasSome_AndOnlyThenIsTheFeatureAcknowledged()
    {
        var broker = await StartAsync(new BrokerOptions { TotalMaxBytes = 20_000 });
        var slow = await Expect.WithinAsync(Connect(broker, "slow", o => o.ReceiveMaximum = 1).SubscribeAsync("$share/g/t", CancellationToken.None), "the slow member");
        var bus = Connect(broker, "heads");
        var filler = new BusMessage("t", new byte[1000]);
        var fillers = 0;
        while ((await Expect.OutcomeAsync(bus, filler)).Outcome == PublishOutcome.Delivered)
        {
            fillers++;
        }

        var publisher = Publisher(bus, "fleet");
        var feature = Admit(1);
        await publisher.PublishAsync(feature.Pending, Prediction(feature), CancellationToken.None);
        await Expect.UntilAsync(() => broker.Statistics.Refused > 2, "the prediction is refused and tried again");
        Assert.False(feature.Acknowledged);

        await Expect.DeliveriesAsync(slow, fillers, "the slow member makes room");

        await Expect.WithinAsync(publisher.DrainAsync(CancellationToken.None), "the prediction is taken over");
        Assert.True(feature.Acknowledged);
        Assert.Equal((1, 0), (_metrics.Answered, _quarantine.Count));
    }

    [Fact]
    public async Task Broker_ThatRefusesForGood_PutsTheFeatureIntoQuarantine_AndTheNextGoesOn()
    {
        var broker = await StartAsync(new BrokerOptions { Credentials = [new BrokerCredential("heads", "secret", BrokerRole.Service, "north")] });
        var bus = Connect(broker, "heads", o => (o.Username, o.Password) = ("heads", "secret"));
        var (foreign, own) = (Admit(1), Admit(2));

        var south = Publisher(bus, "south");
        await south.PublishAsync(foreign.Pending, Prediction(foreign), CancellationToken.None);
        await Expect.WithinAsync(south.DrainAsync(CancellationToken.None), "the refusal");
        var north = Publisher(bus, "north");
        await north.PublishAsync(own.Pending, Prediction(own), CancellationToken.None);
        await Expect.WithinAsync(north.DrainAsync(CancellationToken.None), "the prediction");

        Assert.True(foreign.Acknowledged && own.Acknowledged);
        var kept = Assert.Single(_log.Read()).Entry;
        Assert.Equal((QuarantineReason.PredictionRefused, foreign.Delivery.Topic), (kept.Reason, kept.Topic));
        Assert.Contains("not authorized", kept.Detail, StringComparison.Ordinal);
        Assert.Equal(1, _metrics.Answered);
    }

    [Fact]
    public async Task Connection_ClosedBeforeTheAnswer_LeavesTheFeatureUnacknowledgedForItsNextDelivery()
    {
        var broker = await StartAsync(new BrokerOptions());
        var bus = Connect(broker, "heads");
        await broker.StopAsync(TestContext.Current.CancellationToken);
        var publisher = Publisher(bus, "fleet");
        var feature = Admit(1);
        await publisher.PublishAsync(feature.Pending, Prediction(feature), CancellationToken.None);

        await bus.CloseAsync(TimeSpan.Zero, CancellationToken.None);

        await Expect.WithinAsync(publisher.DrainAsync(CancellationToken.None), "the outcome");
        Assert.False(feature.Acknowledged);
        Assert.True(_window.TryAdmit(feature.Key, SampleFeature.Of(TimeProvider.System, 1).Delivery));
    }

    private static PredictionMessage Prediction(SampleFeature feature) =>
        new(feature.Pending.Message.Frame, feature.Pending.Contract, "task", "h1-a", 1, 2, 3, 0, new float[] { 1, 0 }, 1, 1);

    private async Task<EmbeddedBroker> StartAsync(BrokerOptions options)
    {
        var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken, options);
        _open.Add(broker);
        return broker;
    }

    private BusConnection Connect(EmbeddedBroker broker, string name, Action<BusOptions>? change = null)
    {
        var options = new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = name };
        change?.Invoke(options);
        var bus = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        _open.Add(bus);
        bus.Start();
        return bus;
    }

    private PredictionPublisher Publisher(BusConnection bus, string fleet) => new(bus, fleet, "task", _window, _quarantine, _metrics, TimeProvider.System);

    private SampleFeature Admit(int number)
    {
        var feature = SampleFeature.Of(TimeProvider.System, number);
        Assert.True(_window.TryAdmit(feature.Key, feature.Delivery));
        return feature;
    }
}
