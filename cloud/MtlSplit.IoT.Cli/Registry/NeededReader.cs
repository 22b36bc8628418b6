using MtlSplit.IoT.Cli.Quarantine;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Registry.Collecting;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>Finds out what vehicles and backlogs need.</summary>
internal static class NeededReader
{
    // Retained messages come at once after the subscription; this is how long the look takes.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>The contracts of features in the data folder's quarantines that were not replayed.</summary>
    public static void AddQuarantine(StillNeeded needed, string data)
    {
        foreach (var (task, log) in QuarantineCommand.Open(data, null))
        {
            using (log)
            {
                foreach (var message in log.Read(QuarantineCommand.Complain).Where(message => !message.Replayed))
                {
                    if (DataTopic.TryParse(message.Entry.Topic, out var topic) && topic.Kind == DataTopicKind.Feature && ContractId.TryParse(topic.Leaf, out var contract))
                    {
                        needed.Add(contract, $"features lie in the quarantine of {task}");
                    }
                }
            }
        }
    }

    /// <summary>What the vehicles of a fleet speak, hold and run, after their retained statuses; those that are away too.</summary>
    /// <returns>How many vehicles there are.</returns>
    /// <exception cref="IOException">The broker does not answer.</exception>
    public static async Task<int> AddVehiclesAsync(StillNeeded needed, string fleet, BusSettings settings, TimeProvider time, CancellationToken ct)
    {
        await using var bus = await BriefConnection.OpenAsync(settings, "registry-gc", ct);

        await using var statuses = await bus.SubscribeAsync(DataTopics.AllVehicleStatus(fleet), ct);
        var vehicles = new HashSet<string>(StringComparer.Ordinal);
        using var end = new CancellationTokenSource(Look, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(ct, end.Token);
        try
        {
            await foreach (var delivery in statuses.Deliveries.ReadAllAsync(until.Token))
            {
                if (DataTopic.TryParse(delivery.Topic, out var topic) && topic.Kind == DataTopicKind.VehicleStatus && VehicleStatus.TryParse(delivery.Payload.Span) is { } status)
                {
                    vehicles.Add(topic.Vehicle);
                    Add(needed, topic.Vehicle, status);
                }

                delivery.Acknowledge();
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The look has ended; what is known counts.
        }

        await bus.CloseAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        return vehicles.Count;
    }

    private static void Add(StillNeeded needed, string vehicle, VehicleStatus status)
    {
        if (ContractId.TryParse(status.Contract, out var spoken))
        {
            needed.Add(spoken, $"vehicle {vehicle} speaks its contract");
        }

        foreach (var text in status.HeldContracts ?? [])
        {
            if (ContractId.TryParse(text, out var held))
            {
                needed.Add(held, $"vehicle {vehicle} still holds features of its contract");
            }
        }

        if (status.Bundle is { } bundle)
        {
            needed.AddBundle(bundle, $"vehicle {vehicle} runs it");
        }
    }
}
