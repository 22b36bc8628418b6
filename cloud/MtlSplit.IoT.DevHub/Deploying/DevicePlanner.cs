using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Queries.Expressions;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Views;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.DevHub.Deploying;

/// <summary>
/// Decides what a device is to run. Of the whole deployments that target it the one with the highest priority is the base, of two with the same
/// the later one. Layers with a higher priority than the base's come on top of it in ascending order, so that the highest wins for each key.
/// Everything else is only targeted. Pure.
/// </summary>
internal static class DevicePlanner
{
    /// <summary>The configurations that target a device. Only edge devices are ever targeted.</summary>
    public static IEnumerable<ConfigurationRecord> Targeting(DeviceEntry device, IEnumerable<ConfigurationRecord> configurations)
    {
        if (!device.Self.Identity.IsEdge)
        {
            return [];
        }

        JsonObject? twin = null;
        return configurations.Where(configuration => Evaluation.Matches(configuration.Condition, twin ??= TwinView.ToJson(device.Self)));
    }

    /// <summary>The plan for a device.</summary>
    /// <param name="device">The device with its modules.</param>
    /// <param name="configurations">All configurations.</param>
    public static DevicePlan Plan(DeviceEntry device, IEnumerable<ConfigurationRecord> configurations)
    {
        var targeting = Targeting(device, configurations).ToList();
        LayeringResult? chosen;
        try
        {
            chosen = Layering.Choose(targeting.Select(one => new DeploymentLayer(one.Id, one.Priority, one.Created, one.Content)));
        }
        catch (DeploymentException e)
        {
            // Each was checked by itself; together they cannot be.
            return new DevicePlan([], Ids(targeting), null, e.Message);
        }

        if (chosen is null)
        {
            return new DevicePlan([], Ids(targeting), null, null);
        }

        var modules = chosen.Content.Modules.ToDictionary(module => module.Key, module => module.Value.Full!, StringComparer.Ordinal);
        var count = device.Modules.Keys.Union(modules.Keys).Count(module => !IdentityRegistration.RuntimeModules.Contains(module));
        if (count > HubLimits.ModulesPerDevice)
        {
            return new DevicePlan([], Ids(targeting), null, $"{device.Self.Id.DeviceId} would have {count} modules; {HubLimits.ModulesPerDevice} are the most.");
        }

        List<string> applied = [chosen.Base.Id, .. chosen.Layers.Select(layer => layer.Id)];
        return new DevicePlan(applied, [.. Ids(targeting).Except(applied)], modules, null);
    }

    private static List<string> Ids(IEnumerable<ConfigurationRecord> configurations) => [.. configurations.Select(configuration => configuration.Id)];
}
