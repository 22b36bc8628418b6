using System.Threading.Channels;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Testing.Waiting;

/// <summary>Waits that say what did not happen.</summary>
public static class Expect
{
    /// <summary>Long enough for a busy machine; a test that passes never waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits for a task.</summary>
    public static async Task<T> WithinAsync<T>(Task<T> task, string what, TimeSpan? patience = null)
    {
        try
        {
            return await task.WaitAsync(patience ?? Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Within {patience ?? Patience} this did not happen: {what}.");
        }
    }

    /// <summary>Waits for a task.</summary>
    public static async Task WithinAsync(Task task, string what, TimeSpan? patience = null)
    {
        try
        {
            await task.WaitAsync(patience ?? Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Within {patience ?? Patience} this did not happen: {what}.");
        }
    }

    /// <summary>Waits until something holds, looking again every 10 ms.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what, TimeSpan? patience = null)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!holds())
        {
            if (time.GetElapsedTime(began) > (patience ?? Patience))
            {
                throw new TimeoutException($"Within {patience ?? Patience} this did not happen: {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time);
        }
    }

    /// <summary>Reads one delivery and leaves it unacknowledged.</summary>
    public static Task<BusDelivery> DeliveryAsync(IBusSubscription subscription, string what) =>
        WithinAsync(subscription.Deliveries.ReadAsync().AsTask(), $"a delivery of {subscription.Filter}: {what}");

    /// <summary>Reads some deliveries and acknowledges each.</summary>
    public static async Task<List<BusDelivery>> DeliveriesAsync(IBusSubscription subscription, int count, string what)
    {
        var read = new List<BusDelivery>(count);
        while (read.Count < count)
        {
            var delivery = await WithinAsync(
                subscription.Deliveries.ReadAsync().AsTask(), $"delivery {read.Count + 1} of {count} of {subscription.Filter}: {what}");
            delivery.Acknowledge();
            read.Add(delivery);
        }

        return read;
    }

    /// <summary>Publishes and waits for the outcome.</summary>
    public static async Task<PublishResult> OutcomeAsync(IBusConnection bus, BusMessage message)
    {
        var outcome = await WithinAsync(bus.PublishAsync(message, CancellationToken.None).AsTask(), $"room for a publish on {message.Topic}");
        return await WithinAsync(outcome, $"the outcome of a publish on {message.Topic}");
    }

    /// <summary>Everything that is waiting to be read now.</summary>
    public static List<BusDelivery> Waiting(ChannelReader<BusDelivery> deliveries)
    {
        List<BusDelivery> all = [];
        while (deliveries.TryRead(out var delivery))
        {
            all.Add(delivery);
        }

        return all;
    }
}
