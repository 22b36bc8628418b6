using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Predictions;

/// <summary>Reads the predictions about this vehicle: how many, how late, and the last class of each task.</summary>
internal sealed class PredictionReader(
    IBusConnection bus, BackboneOptions options, BackboneCounters counters, FieldObserver? observer, TimeProvider time, ILogger<PredictionReader> log)
{
    private const int Remembered = 4096;

    private readonly ConcurrentDictionary<string, int> _lastClasses = new(StringComparer.Ordinal);
    private readonly HashSet<PredictionKey> _seen = [];
    private readonly Queue<PredictionKey> _order = new();

    /// <summary>The index of the last predicted class, by task.</summary>
    public IReadOnlyDictionary<string, int> LastClasses => _lastClasses;

    /// <summary>Reads until the token ends it. A broker that refuses the subscription is logged; the vehicle goes on without.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await using var subscription = await bus.SubscribeAsync(DataTopics.VehiclePredictions(options.Fleet, options.Vehicle), ct, retainedToo: false);
            await foreach (var delivery in subscription.Deliveries.ReadAllAsync(ct))
            {
                Read(delivery);
                delivery.Acknowledge();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (BusSubscribeException e)
        {
            Log.PredictionsRefused(log, e.Message);
        }
    }

    private void Read(BusDelivery delivery)
    {
        if (!PredictionMessage.TryRead(delivery.Payload, out var prediction, out var fault))
        {
            Log.NotAPrediction(log, delivery.Payload.Length, delivery.Topic, fault.ToString());
            return;
        }

        // Delivery is at least once; what was counted a short while ago is a repeat.
        var key = new PredictionKey(options.Vehicle, prediction.Contract, prediction.Frame, prediction.Task, prediction.HeadVersion);
        if (!_seen.Add(key))
        {
            return;
        }

        _order.Enqueue(key);
        if (_order.Count > Remembered)
        {
            _seen.Remove(_order.Dequeue());
        }

        observer?.Scored(prediction);
        _lastClasses[prediction.Task] = prediction.Class;

        // In floating point: a stamp that is nonsense gives a nonsense latency, not an overflow that ends the vehicle.
        counters.PredictionReceived(prediction.Task, ((double)UnixMicroseconds.Now(time) - prediction.CapturedAt) / 1e6);
    }
}
