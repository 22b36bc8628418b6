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
    private readonly ConcurrentDictionary<string, int> _lastClasses = new(StringComparer.Ordinal);
    private readonly Lately<PredictionKey> _seen = new(4096);

    /// <summary>The index of the last predicted class, by task.</summary>
    public IReadOnlyDictionary<string, int> LastClasses => _lastClasses;

    /// <summary>Reads until the token ends it. A broker that refuses the subscription is logged; the vehicle goes on without.</summary>
    public Task RunAsync(CancellationToken ct) =>
        OwnTopic.ReadAsync(bus, DataTopics.VehiclePredictions(options.Fleet, options.Vehicle), Read, why => Log.PredictionsRefused(log, why), ct);

    private void Read(BusDelivery delivery)
    {
        if (!PredictionMessage.TryRead(delivery.Payload, out var prediction, out var fault))
        {
            Log.NotAPrediction(log, delivery.Payload.Length, delivery.Topic, fault.ToString());
            return;
        }

        if (!_seen.IsNew(new PredictionKey(options.Vehicle, prediction.Contract, prediction.Frame, prediction.Task, prediction.HeadVersion)))
        {
            return;
        }

        observer?.Scored(prediction);
        _lastClasses[prediction.Task] = prediction.Class;

        // In floating point: a stamp that is nonsense gives a nonsense latency, not an overflow that ends the vehicle.
        counters.PredictionReceived(prediction.Task, ((double)UnixMicroseconds.Now(time) - prediction.CapturedAt) / 1e6);
    }
}
