using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Broker;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Quarantine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.HeadConsumer.Publishing;
using MtlSplit.IoT.HeadConsumer.Tests.Intake;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Publishing;

public sealed class QuarantineNotifierTests : IAsyncDisposable
{
    private const string Fleet = "north";

    private readonly List<IAsyncDisposable> _open = [];
    private readonly List<bool> _finished = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_open))
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task Vehicle_IsToldOfItsOwnFeatures_ThatOfAnotherIsNot()
    {
        var broker = await StartAsync(new BrokerOptions());
        var told = await ListenAsync(broker, "car-1");
        var other = await ListenAsync(broker, "car-2");
        var notifier = Notifier(Connect(broker, "heads"));

        notifier.Tell(TopicOf("car-1"), new FrameId(7, 8), "corrupt-tensor", 99, Finished);

        var notice = Read(await Expect.DeliveryAsync(told, "the notice"));
        Assert.Equal(new QuarantineNotice(SampleFeature.OneContract, new FrameId(7, 8), "task", "corrupt-tensor", 1, 99), notice);
        await Expect.WithinAsync(notifier.DrainAsync(CancellationToken.None), "the outcome");
        Assert.Equal([true], _finished);
        Assert.Empty(Expect.Waiting(other.Deliveries));
    }

    [Fact]
    public async Task Features_ThatComeWhileTheBrokerIsAway_AreToldOfTogetherAndNoneIsFinishedBefore()
    {
        var broker = await StartAsync(new BrokerOptions());
        var notifier = Notifier(Connect(broker, "heads"));
        await broker.StopAsync(TestContext.Current.CancellationToken);
        for (var n = 0; n < 100; n++)
        {
            notifier.Tell(TopicOf("car-1"), new FrameId(1, (ulong)n), n == 0 ? "no-head" : "not-finite", n, Finished);
        }

        Assert.Empty(_finished);
        await broker.RestartAsync(TestContext.Current.CancellationToken);
        var told = await ListenAsync(broker, "car-1", "late");
        await Expect.WithinAsync(notifier.DrainAsync(CancellationToken.None), "the outcomes", TimeSpan.FromMinutes(1));

        Assert.Equal(100, _finished.Count(outcome => outcome));
        Assert.True(Expect.Waiting(told.Deliveries).Count <= 2, "each feature got a notice of its own");
    }

    [Fact]
    public async Task Vehicle_ThatDoesNotListen_HoldsNothingUp()
    {
        var broker = await StartAsync(new BrokerOptions());
        var notifier = Notifier(Connect(broker, "heads"));

        notifier.Tell(TopicOf("car-1"), null, "not-a-feature", 1, Finished);
        notifier.Tell("mtl/v1/north/vehicles/bad id/features/x", null, "not-a-feature", 1, Finished);
        await Expect.WithinAsync(notifier.DrainAsync(CancellationToken.None), "the outcomes");

        Assert.Equal([true, true], _finished);
    }

    [Fact]
    public async Task Broker_ThatRefuses_HoldsNothingUp()
    {
        var broker = await StartAsync(new BrokerOptions { Credentials = [new BrokerCredential("heads", "secret", BrokerRole.Service, "south")] });
        var notifier = Notifier(Connect(broker, "heads", o => (o.Username, o.Password) = ("heads", "secret")));

        notifier.Tell(TopicOf("car-1"), null, "not-a-feature", 1, Finished);
        await Expect.WithinAsync(notifier.DrainAsync(CancellationToken.None), "the outcome");

        Assert.Equal([true], _finished);
    }

    [Fact]
    public async Task Connection_ClosedBeforeTheAnswer_LetsTheFeaturesComeAgain()
    {
        var broker = await StartAsync(new BrokerOptions());
        var bus = Connect(broker, "heads");
        await broker.StopAsync(TestContext.Current.CancellationToken);
        var notifier = Notifier(bus);
        notifier.Tell(TopicOf("car-1"), null, "not-a-feature", 1, Finished);
        notifier.Tell(TopicOf("car-2"), null, "not-a-feature", 1, Finished);

        await bus.CloseAsync(TimeSpan.Zero, CancellationToken.None);
        await Expect.WithinAsync(notifier.DrainAsync(CancellationToken.None), "the outcomes");

        Assert.Equal([false, false], _finished);
    }

    [Fact]
    public async Task MoreThanMayWait_TheOldestComeAgain()
    {
        var broker = await StartAsync(new BrokerOptions());
        var bus = Connect(broker, "heads");
        await broker.StopAsync(TestContext.Current.CancellationToken);
        var notifier = Notifier(bus, capacity: 3);
        for (var n = 0; n < 10; n++)
        {
            notifier.Tell(TopicOf($"car-{n}"), null, "no-head", n, Finished);
        }

        // One may be on its way already, three wait.
        Assert.InRange(_finished.Count, 6, 7);
        Assert.DoesNotContain(true, _finished);
        await bus.CloseAsync(TimeSpan.Zero, CancellationToken.None);
        await Expect.WithinAsync(notifier.DrainAsync(CancellationToken.None), "the outcomes");
        Assert.Equal(10, _finished.Count);
    }

    private static string TopicOf(string vehicle) => DataTopics.Feature(Fleet, vehicle, SampleFeature.OneContract);

    private static QuarantineNotice Read(BusDelivery delivery)
    {
        Assert.True(QuarantineNotice.TryRead(delivery.Payload, out var notice, out var fault), fault.ToString());
        return notice;
    }

    private void Finished(bool told)
    {
        lock (_finished)
        {
            _finished.Add(told);
        }
    }

    private static QuarantineNotifier Notifier(BusConnection bus, int capacity = 1000) => new(bus, Fleet, "task", capacity, TimeProvider.System, NullLogger.Instance);

    private async Task<EmbeddedBroker> StartAsync(BrokerOptions options)
    {
        var broker = await EmbeddedBroker.StartAsync(TestContext.Current.CancellationToken, options);
        _open.Add(broker);
        return broker;
    }

    private Task<IBusSubscription> ListenAsync(EmbeddedBroker broker, string vehicle, string? client = null) => Expect.WithinAsync(
        Connect(broker, client ?? vehicle).SubscribeAsync(DataTopics.VehicleQuarantine(Fleet, vehicle), CancellationToken.None), $"{vehicle} listens");

    private BusConnection Connect(EmbeddedBroker broker, string name, Action<BusOptions>? change = null)
    {
        var options = new BusOptions { Host = broker.Host, Port = broker.Port, ClientId = name };
        change?.Invoke(options);
        var bus = new BusConnection(options, TimeProvider.System, NullLogger.Instance);
        _open.Add(bus);
        bus.Start();
        return bus;
    }
}
