using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Cli.Labels;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Labels;

/// <summary>A labeller over a real broker: the truth is late, and it is on the bus as labels.</summary>
public sealed class LabellerTests : IAsyncLifetime
{
    private const string Fleet = "north";
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly LabellerOptions _options = new()
    {
        Fleet = Fleet, Seed = 3, Scenes = ScheduledScenes.Test, Vehicles = [], Tasks = [Shapes3DTask.Find("object_size")!, Shapes3DTask.Find("object_shape")!], Delay = Delay, Share = 1,
    };

    private EmbeddedBroker _broker = null!;
    private BusConnection _vehicle = null!;
    private BusConnection _bus = null!;
    private IBusSubscription _labels = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(Ct);
        _vehicle = await ConnectAsync("car-1");
        _bus = await ConnectAsync("labeller");
        _labels = await _vehicle.SubscribeAsync(DataTopics.AllLabels(Fleet), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _vehicle.DisposeAsync();
        await _bus.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Labels_ComeLate_OnePerTask_AndAtOnceWhenItStops()
    {
        using var stop = new CancellationTokenSource();
        var labelling = new Labeller(_bus, _options, _time, NullLogger.Instance).RunAsync(stop.Token);
        await PublishAsync(0);

        // It looks at its clock when a feature comes: before that, time passes in vain.
        await Expect.UntilAsync(
            () =>
            {
                _time.Advance(Delay / 10);
                return _labels.Deliveries.Count == 2;
            },
            "the first frame's labels come");
        var first = (await Expect.DeliveriesAsync(_labels, 2, "a label of each task")).ConvertAll(Read);
        await PublishAsync(1);
        await Expect.OutcomeAsync(_vehicle, new BusMessage("a/round/trip", new byte[1]));
        Assert.Empty(Expect.Waiting(_labels.Deliveries));

        await stop.CancelAsync();
        await Expect.WithinAsync(labelling, "the labeller stops");

        var second = (await Expect.DeliveriesAsync(_labels, 2, "what waited is labelled")).ConvertAll(Read);
        Assert.Equal([(0UL, "object_size"), (0UL, "object_shape"), (1UL, "object_size"), (1UL, "object_shape")], first.Concat(second).Select(label => (label.Frame.Number, label.Task)));
        var late = first[0].LabelledAt - (DateTimeOffset.UnixEpoch.AddDays(20_000).ToUnixTimeMilliseconds() * 1000);
        Assert.True(late >= Delay.TotalMicroseconds, $"{late} µs late");
    }

    private static LabelMessage Read(BusDelivery delivery)
    {
        Assert.True(LabelMessage.TryRead(delivery.Payload, out var label, out var fault), fault.ToString());
        Assert.Equal(DataTopics.Label(Fleet, "car-1", label.Task), delivery.Topic);
        return label;
    }

    private async Task PublishAsync(ulong number)
    {
        var feature = new FeatureMessage(new FrameId(1, number), 1, number, 1, new byte[8], Late: false);
        var payload = new byte[feature.GetSize()];
        feature.Write(payload);
        PublishResult result;
        do
        {
            // Until the labeller has subscribed.
            result = await Expect.OutcomeAsync(_vehicle, new BusMessage(DataTopics.Feature(Fleet, "car-1", new ContractId(new byte[32])), payload));
        }
        while (result.Outcome == PublishOutcome.NoSubscriber);

        Assert.True(result.IsDelivered, $"{result}");
    }

    private async Task<BusConnection> ConnectAsync(string name)
    {
        var bus = new BusConnection(new BusOptions { Port = _broker.Port, ClientId = name }, TimeProvider.System, NullLogger.Instance);
        bus.Start();
        await Expect.WithinAsync(bus.WhenConnectedAsync(Ct), $"{name} connects");
        return bus;
    }
}
