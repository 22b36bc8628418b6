using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Predictions;

/// <summary>What others tell a vehicle on a topic of its own.</summary>
internal static class OwnTopic
{
    /// <summary>Reads until the token ends it, and acknowledges each message when it was read.</summary>
    /// <param name="bus">The data plane.</param>
    /// <param name="filter">The topic.</param>
    /// <param name="read">Reads one; never fails.</param>
    /// <param name="refused">Told why the broker refuses the subscription; the vehicle goes on without.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task ReadAsync(IBusConnection bus, string filter, Action<BusDelivery> read, Action<string> refused, CancellationToken ct)
    {
        try
        {
            await using var subscription = await bus.SubscribeAsync(filter, ct, retainedToo: false);
            await foreach (var delivery in subscription.Deliveries.ReadAllAsync(ct))
            {
                read(delivery);
                delivery.Acknowledge();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (BusSubscribeException e)
        {
            refused(e.Message);
        }
    }
}
