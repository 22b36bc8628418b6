using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>Turns deliveries into pending features; what is no feature goes into quarantine. Used by one loop.</summary>
internal sealed class FeatureIntake(RepeatWindow window, FeatureQuarantine quarantine, TimeProvider time)
{
    /// <summary>A feature must stay under this, topic and overhead excluded; a larger one is never decoded.</summary>
    public const int MaxPayload = 256 * 1024;

    /// <summary>Reads one delivery. Null: it was no feature, or a repeat, and has been taken care of.</summary>
    public PendingFeature? Read(BusDelivery delivery)
    {
        if (!DataTopic.TryParse(delivery.Topic, out var topic) || topic.Kind != DataTopicKind.Feature || !ContractId.TryParse(topic.Leaf, out var contract))
        {
            quarantine.Take(delivery, QuarantineReason.NotAFeature, "the topic is not one of a feature");
            return null;
        }

        if (delivery.Payload.Length > MaxPayload)
        {
            quarantine.Take(delivery, QuarantineReason.Oversize, $"{delivery.Payload.Length} bytes, at most {MaxPayload} are allowed");
            return null;
        }

        if (!FeatureMessage.TryRead(delivery.Payload, out var message, out var fault))
        {
            quarantine.Take(delivery, QuarantineReason.NotAFeature, $"the payload is not a feature message: {fault}");
            return null;
        }

        var feature = new PendingFeature(delivery, topic.Vehicle, contract, message, UnixTime.Microseconds(time), time.GetTimestamp());
        return window.TryAdmit(feature.Key, delivery) ? feature : null;
    }
}
