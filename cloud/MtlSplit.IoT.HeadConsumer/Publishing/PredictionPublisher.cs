using System.Diagnostics;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Messaging;
using Polly;

namespace MtlSplit.IoT.HeadConsumer.Publishing;

/// <summary>
/// Publishes predictions and acknowledges each feature once the broker has taken its prediction over. Publishes go out in
/// order and overlap. While the broker has no room or does not answer, a prediction is tried again and again: nothing behind an
/// unacknowledged feature is acknowledged either. What the broker refuses for good puts its feature into quarantine. Used by one
/// loop; completions run on other threads.
/// </summary>
internal sealed class PredictionPublisher(IBusConnection bus, string fleet, string task, RepeatWindow window, FeatureQuarantine quarantine, HeadConsumerMetrics metrics, TimeProvider time)
{
    private readonly Dictionary<string, string> _topics = [];
    private readonly ResiliencePipeline<PublishResult> _retry = PublishRetry.Create("prediction", time);

    private TaskCompletionSource? _drained;
    private int _inFlight;

    /// <summary>Predictions without an outcome.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Publishes a prediction. Returns when there was room for it, not when it is acknowledged.</summary>
    public async ValueTask PublishAsync(PendingFeature feature, PredictionMessage prediction, CancellationToken ct)
    {
        if (!_topics.TryGetValue(feature.Vehicle, out var topic))
        {
            _topics[feature.Vehicle] = topic = DataTopics.Prediction(fleet, feature.Vehicle, task);
        }

        var payload = new byte[prediction.GetSize()];
        prediction.Write(payload);
        var activity = StartActivity(feature);
        var message = TraceProperties.Inject(new BusMessage(topic, payload), activity);
        Interlocked.Increment(ref _inFlight);
        var from = time.GetTimestamp();
        Task<PublishResult> outcome;
        try
        {
            outcome = await bus.PublishAsync(message, ct);
        }
        catch
        {
            activity?.Dispose();
            window.Forget(feature.Key);
            Leave();
            throw;
        }

        _ = CompleteAsync(feature, message, outcome, from, activity);
    }

    /// <summary>Waits until everything in flight has its outcome.</summary>
    public Task DrainAsync(CancellationToken ct)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _drained = drained;
        if (InFlight == 0)
        {
            drained.TrySetResult();
        }

        return drained.Task.WaitAsync(ct);
    }

    private static Activity? StartActivity(PendingFeature feature) =>
        HeadConsumerMetrics.Activities.StartActivity("predict", ActivityKind.Consumer, TraceProperties.Extract(feature.Delivery.UserProperties));

    private async Task CompleteAsync(PendingFeature feature, BusMessage message, Task<PublishResult> first, long from, Activity? activity)
    {
        var next = first;
        try
        {
            var result = await _retry.ExecuteAsync(
                async ct =>
                {
                    var attempt = Interlocked.Exchange(ref next, null) ?? await bus.PublishAsync(message, ct);
                    return await attempt;
                },
                CancellationToken.None);
            if (result.Outcome is PublishOutcome.Delivered or PublishOutcome.NoSubscriber)
            {
                // Nobody listening is no failure of a prediction: the broker has taken it over.
                window.Answered(feature.Key);
                metrics.Published(time.GetElapsedTime(from));
                return;
            }

            if (result.Outcome == PublishOutcome.Refused)
            {
                quarantine.Take(feature, QuarantineReason.PredictionRefused, $"the broker refuses its prediction on {message.Topic}: {result}");
            }
            else
            {
                window.Forget(feature.Key);
            }
        }
        finally
        {
            activity?.Dispose();
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            _drained?.TrySetResult();
        }
    }
}
