using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>An ordinary subscriber that no other process knows of: it feeds the tally from the bus.</summary>
internal sealed class DemoObserver : IAsyncDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly DemoTally _tally;
    private readonly BusConnection _bus;
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;

    private DemoObserver(DemoTally tally, BusConnection bus) => (_tally, _bus) = (tally, bus);

    /// <summary>Connects and subscribes; when it returns, nothing that is published escapes it.</summary>
    /// <exception cref="DemoException">The broker does not let it in.</exception>
    public static async Task<DemoObserver> StartAsync(BrokerAddress address, DemoTally tally, TimeProvider time, CancellationToken ct)
    {
        var options = new BusSettings { Host = address.Host, Port = address.Port, SessionExpiry = TimeSpan.FromMinutes(1) }.ToOptions("demo-observer");
        var observer = new DemoObserver(tally, new BusConnection(options, time, NullLogger.Instance));
        try
        {
            observer._bus.Start();
            await observer._bus.WhenConnectedAsync(ct).WaitAsync(ConnectLimit, time, ct);
            await observer.SubscribeAsync(ct);
            return observer;
        }
        catch (Exception e)
        {
            await observer.DisposeAsync();
            throw e is TimeoutException or BusConnectException or BusSubscribeException ? new DemoException($"The broker at {address.Host}:{address.Port} does not answer: {e.Message}", e) : e;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _bus.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SubscribeAsync(CancellationToken ct)
    {
        string[] filters =
        [
            DataTopics.AllPredictions(DemoOptions.Fleet),
            DataTopics.AllLabels(DemoOptions.Fleet),
            DataTopics.AllVehicleStatus(DemoOptions.Fleet),
            DataTopics.AllHeadConsumers(DemoOptions.Fleet),
        ];
        var readers = new List<Task>();
        foreach (var filter in filters)
        {
            var subscription = await _bus.SubscribeAsync(filter, ct);
            readers.Add(Task.Run(() => ReadAsync(subscription), CancellationToken.None));
        }

        _reading = Task.WhenAll(readers);
    }

    private async Task ReadAsync(IBusSubscription subscription)
    {
        await foreach (var delivery in subscription.Deliveries.ReadAllAsync(_stop.Token))
        {
            if (!Take(delivery))
            {
                _tally.TakeUnreadable();
            }

            delivery.Acknowledge();
        }
    }

    private bool Take(BusDelivery delivery)
    {
        if (!DataTopic.TryParse(delivery.Topic, out var topic))
        {
            return false;
        }

        switch (topic.Kind)
        {
            case DataTopicKind.Prediction when PredictionMessage.TryRead(delivery.Payload, out var prediction, out _):
                _tally.Take(topic.Vehicle, prediction);
                return true;
            case DataTopicKind.Label when LabelMessage.TryRead(delivery.Payload, out var label, out _):
                _tally.Take(topic.Vehicle, label);
                return true;
            case DataTopicKind.VehicleStatus when VehicleStatus.TryParse(delivery.Payload.Span) is { } status:
                _tally.Take(topic.Vehicle, status);
                return true;
            case DataTopicKind.HeadConsumer when HeadConsumerStatus.TryParse(delivery.Payload.Span) is { } status:
                _tally.Take(topic.Owner, status);
                return true;
            default:
                return false;
        }
    }
}
