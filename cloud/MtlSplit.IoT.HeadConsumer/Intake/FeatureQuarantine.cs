using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>
/// Puts what cannot be read on disk with its reason, then acknowledges it. Where the disk does not take it, it stays
/// unacknowledged, so that the broker keeps it. Thread-safe.
/// </summary>
internal sealed class FeatureQuarantine(QuarantineLog quarantine, RepeatWindow window, HeadConsumerMetrics metrics, TimeProvider time, ILogger logger)
{
    private long _count;

    /// <summary>Features put into quarantine.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Takes a delivery that is not a feature.</summary>
    public void Take(BusDelivery delivery, string reason, string detail)
    {
        if (TryKeep(delivery, reason, detail))
        {
            delivery.Acknowledge();
        }
    }

    /// <summary>Takes a feature that cannot be answered.</summary>
    public void Take(PendingFeature feature, string reason, string detail)
    {
        if (TryKeep(feature.Delivery, reason, detail))
        {
            window.Complete(feature.Key);
        }
        else
        {
            window.Forget(feature.Key);
        }
    }

    private bool TryKeep(BusDelivery delivery, string reason, string detail)
    {
        try
        {
            quarantine.Append(new QuarantineEntry(delivery.Topic, delivery.Payload, delivery.UserProperties, reason, detail, UnixTime.Microseconds(time)));
        }
        catch (Exception e) when (e is IOException or QuarantineFullException or UnauthorizedAccessException)
        {
            Log.QuarantineFailed(logger, quarantine.Folder, e);
            return false;
        }

        Interlocked.Increment(ref _count);
        metrics.Quarantined(reason);
        Log.Quarantined(logger, delivery.Topic, reason, detail);
        return true;
    }
}
