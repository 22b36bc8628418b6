using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Bus;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary>Reads the retained statuses of a fleet's head consumers until nothing stands against a contract, or patience ends.</summary>
internal static class WarmHeadsReader
{
    // Retained messages come at once after the subscription; this is how long the first look waits for them.
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);

    /// <summary>Waits until all is warm. Returns what is still missing when patience has ended; empty: nothing.</summary>
    /// <param name="settings">The broker.</param>
    /// <param name="fleet">The fleet.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="tasks">The tasks of its bundle.</param>
    /// <param name="without">Consumers not to wait for.</param>
    /// <param name="patience">How long to wait beyond the first look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="IOException">The broker does not answer.</exception>
    public static async Task<IReadOnlyList<string>> WaitAsync(
        BusSettings settings, string fleet, ContractId contract, IReadOnlyCollection<string> tasks, IReadOnlySet<string> without, TimeSpan patience, TimeProvider time, CancellationToken ct)
    {
        await using var bus = await BriefConnection.OpenAsync(settings, "manifest-render", ct);

        await using var statuses = await bus.SubscribeAsync(DataTopics.AllHeadConsumers(fleet), ct);
        var heads = new WarmHeads();
        using var end = new CancellationTokenSource(FirstLook + patience, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(ct, end.Token);
        var began = time.GetTimestamp();
        try
        {
            await foreach (var delivery in statuses.Deliveries.ReadAllAsync(until.Token))
            {
                if (DataTopic.TryParse(delivery.Topic, out var topic) && topic.Kind == DataTopicKind.HeadConsumer)
                {
                    heads.Take(topic.Owner, topic.Leaf, delivery.Payload.IsEmpty ? null : HeadConsumerStatus.TryParse(delivery.Payload.Span));
                }

                delivery.Acknowledge();

                // The first look is taken whole: one consumer that is warm says nothing of those whose status is still on its way.
                if (time.GetElapsedTime(began) >= FirstLook && Missing().Count == 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Patience has ended; what is known counts.
        }

        await bus.CloseAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        return Missing();

        IReadOnlyList<string> Missing() => heads.Missing(contract, tasks, without, time.GetUtcNow());
    }
}
