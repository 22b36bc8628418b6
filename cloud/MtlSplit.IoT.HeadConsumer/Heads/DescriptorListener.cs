using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.HeadConsumer.Heads;

/// <summary>
/// Reads contracts' descriptors from the bus. The digest of what was published must be the contract that the topic names;
/// nobody can give a contract another meaning.
/// </summary>
internal sealed class DescriptorListener(HeadShelf shelf, ILogger logger)
{
    public async Task RunAsync(IBusSubscription subscription, CancellationToken ct)
    {
        await foreach (var delivery in subscription.Deliveries.ReadAllAsync(ct))
        {
            Take(delivery);
            delivery.Acknowledge();
        }
    }

    private void Take(BusDelivery delivery)
    {
        if (delivery.Payload.IsEmpty || !DataTopic.TryParse(delivery.Topic, out var topic) || !ContractId.TryParse(topic.Leaf, out var contract))
        {
            return;
        }

        try
        {
            var descriptor = FeatureDescriptor.Parse(delivery.Payload.Span);
            if (descriptor.Contract == contract)
            {
                shelf.Learn(contract, descriptor);
            }
            else
            {
                Log.DescriptorRefused(logger, delivery.Topic, $"its digest is {descriptor.Contract}.");
            }
        }
        catch (DescriptorException e)
        {
            Log.DescriptorRefused(logger, delivery.Topic, e.Message);
        }
    }
}
