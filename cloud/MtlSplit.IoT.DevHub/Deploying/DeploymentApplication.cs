using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Twins;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Deploying;

/// <summary>Brings devices to what deployments want of them. Doing it twice changes nothing the second time.</summary>
internal static class DeploymentApplication
{
    /// <summary>Does so for every device that a change may have given another plan.</summary>
    public static void Reevaluate(RegistryChange change)
    {
        IEnumerable<string> devices = change.Configurations.Count > 0
            ? change.State.Devices.Where(device => device.Value.Self.Identity.IsEdge).Select(device => device.Key)
            : change.Entries.Where(id => IsOfConcern(change, id)).Select(id => id.DeviceId).Distinct();
        foreach (var id in devices.ToList())
        {
            if (change.State.Devices.TryGetValue(id, out var device))
            {
                Apply(change, device, DevicePlanner.Plan(device, change.State.Configurations.Values));
            }
        }
    }

    /// <summary>Writes a plan: identities of modules, desired properties that differ, statuses.</summary>
    public static void Apply(RegistryChange change, DeviceEntry device, DevicePlan plan)
    {
        if (plan.Fault is { } fault)
        {
            change.Note($"The deployments {string.Join(", ", plan.Targeted)} are not in force on {device.Self.Id.DeviceId}: {fault}");
        }

        foreach (var (module, desired) in plan.Modules ?? new Dictionary<string, JsonObject>())
        {
            var id = new HubIdentity(device.Self.Id.DeviceId, module);
            IdentityRegistration.EnsureModule(change, id);
            TwinChanges.SetDesired(change, change.State.Find(id)!, desired);
        }

        var agent = change.State.Find(new HubIdentity(device.Self.Id.DeviceId, IdentityRegistration.RuntimeModules[0]));
        var statuses = plan.Statuses();
        if (agent is not null && !JsonNode.DeepEquals(agent.Twin.Configurations, statuses))
        {
            change.Put(agent with { Twin = agent.Twin with { Configurations = statuses, Version = agent.Twin.Version + 1 } });
        }
    }

    // What a module reports, and who is connected, decides nothing.
    private static bool IsOfConcern(RegistryChange change, HubIdentity id)
    {
        var (before, after) = (change.Before.Find(id), change.State.Find(id));
        if (before is null || after is null || before.Identity.IsEdge != after.Identity.IsEdge)
        {
            return true;
        }

        var (old, now) = (before.Twin, after.Twin);
        return !ReferenceEquals(old.Desired, now.Desired) || (!id.IsModule && (!ReferenceEquals(old.Tags, now.Tags) || !ReferenceEquals(old.Reported, now.Reported)));
    }
}
