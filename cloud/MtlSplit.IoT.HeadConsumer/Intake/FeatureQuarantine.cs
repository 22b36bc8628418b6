using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HeadConsumer.Publishing;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>
/// Puts what cannot be answered on disk with its reason, tells its vehicle, then acknowledges it. What the disk does not take stays unacknowledged
/// and is tried again: it must not be lost, and acknowledgements go out in order, so nothing behind it would ever be acknowledged
/// either. At most <c>capacity</c> wait for the disk, more than the broker leaves unacknowledged on one connection. Thread-safe.
/// </summary>
internal sealed class FeatureQuarantine(QuarantineLog quarantine, QuarantineNotifier notifier, RepeatWindow window, int capacity, HeadConsumerMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<Case> _unkept = [];
    private long _count;
    private long _triedAt;

    /// <summary>Features put into quarantine.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Takes a delivery that is not a feature.</summary>
    public void Take(BusDelivery delivery, string reason, string detail) => Take(new Case(delivery, null, reason, detail));

    /// <summary>Takes a feature that cannot be answered.</summary>
    public void Take(PendingFeature feature, string reason, string detail) => Take(new Case(feature.Delivery, feature.Key, reason, detail));

    /// <summary>Tries again what the disk did not take, now and then.</summary>
    public void Retry()
    {
        lock (_gate)
        {
            if (_unkept.Count == 0 || time.GetElapsedTime(_triedAt) < RetryInterval)
            {
                return;
            }

            while (_unkept.TryPeek(out var next) && TryKeep(next))
            {
                _unkept.Dequeue();
            }
        }
    }

    private void Take(Case @case)
    {
        lock (_gate)
        {
            if (_unkept.Count == 0 && TryKeep(@case))
            {
                return;
            }

            _unkept.Enqueue(@case);
            if (_unkept.Count > capacity && _unkept.Dequeue() is { Key: { } key })
            {
                // Of an earlier connection: the broker delivers it again.
                window.Forget(key);
            }
        }
    }

    private bool TryKeep(Case @case)
    {
        var delivery = @case.Delivery;
        _triedAt = time.GetTimestamp();
        var at = UnixTime.Microseconds(time);
        try
        {
            quarantine.Append(new QuarantineEntry(delivery.Topic, delivery.Payload, delivery.UserProperties, @case.Reason, @case.Detail, at));
        }
        catch (Exception e) when (e is IOException or QuarantineFullException or UnauthorizedAccessException)
        {
            Log.QuarantineFailed(logger, quarantine.Folder, e);
            return false;
        }

        Interlocked.Increment(ref _count);
        metrics.Quarantined(@case.Reason);
        Log.Quarantined(logger, delivery.Topic, @case.Reason, @case.Detail);
        notifier.Tell(delivery.Topic, @case.Key?.Frame, @case.Reason, at, told => Finish(@case, told));
        return true;
    }

    private void Finish(Case @case, bool told)
    {
        if (!told)
        {
            if (@case.Key is { } untold)
            {
                window.Forget(untold);
            }

            return;
        }

        if (@case.Key is { } key)
        {
            window.Quarantined(key);
        }

        @case.Delivery.Acknowledge();
    }

    private sealed record Case(BusDelivery Delivery, FrameKey? Key, string Reason, string Detail);
}
