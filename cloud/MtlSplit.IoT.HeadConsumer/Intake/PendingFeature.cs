using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>A feature between its receipt and its acknowledgement.</summary>
internal sealed class PendingFeature(BusDelivery delivery, string vehicle, ContractId contract, FeatureMessage message, long receivedAt, long receivedTimestamp)
{
    public BusDelivery Delivery { get; } = delivery;

    public string Vehicle { get; } = vehicle;

    public ContractId Contract { get; } = contract;

    public FeatureMessage Message { get; } = message;

    /// <summary>Unix microseconds.</summary>
    public long ReceivedAt { get; } = receivedAt;

    /// <summary>The time provider's ticks, for durations.</summary>
    public long ReceivedTimestamp { get; } = receivedTimestamp;

    public FrameKey Key => new(Vehicle, Contract, Message.Frame);
}
