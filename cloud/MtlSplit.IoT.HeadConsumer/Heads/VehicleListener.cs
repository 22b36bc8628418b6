using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Heads;

/// <summary>Reads the vehicles' retained statuses, which say what contracts are still spoken. What is no status is passed over.</summary>
internal sealed class VehicleListener(ContractsInUse inUse)
{
    public async Task RunAsync(IBusSubscription subscription, CancellationToken ct)
    {
        await foreach (var delivery in subscription.Deliveries.ReadAllAsync(ct))
        {
            if (DataTopic.TryParse(delivery.Topic, out var topic) && topic.Kind == DataTopicKind.VehicleStatus)
            {
                if (delivery.Payload.IsEmpty)
                {
                    inUse.Take(topic.Vehicle, null);
                }
                else if (VehicleStatus.TryParse(delivery.Payload.Span) is { } status)
                {
                    inUse.Take(topic.Vehicle, status);
                }
            }

            delivery.Acknowledge();
        }
    }
}
