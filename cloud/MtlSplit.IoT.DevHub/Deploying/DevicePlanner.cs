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
        var ascending = Targeting(device, configurations).OrderBy(c => c.Priority).ThenBy(c => c.Created).ThenBy(c => c.Id, StringComparer.Ordinal).ToList();
        if (ascending.FindLast(configuration => !configuration.Content.IsLayered) is not { } whole)
        {
            return new DevicePlan([], [.. ascending.Select(c => c.Id)], null, null);
        }

        var layers = ascending.Where(configuration => configuration.Content.IsLayered && configuration.Priority > whole.Priority).ToList();
        var merged = Layering.Merge(whole.Content, [.. layers.Select(layer => layer.Content)]);
        if (FaultOf(device, merged) is { } fault)
        {
            return new DevicePlan([], [.. ascending.Select(c => c.Id)], null, fault);
        }

        List<string> applied = [whole.Id, .. layers.Select(layer => layer.Id)];
        return new DevicePlan(applied, [.. ascending.Select(c => c.Id).Except(applied)], merged, null);
    }

    // Each configuration was checked by itself; together they may still be too much.
    private static string? FaultOf(DeviceEntry device, IReadOnlyDictionary<string, JsonObject> modules)
    {
        foreach (var (module, desired) in modules)
        {
            if (ConfigurationBody.FaultOf(desired) is { } fault)
            {
                return $"{module}: {fault.Message}";
            }
        }

        var count = device.Modules.Keys.Union(modules.Keys).Count(module => !IdentityRegistration.RuntimeModules.Contains(module));
        return count > HubLimits.ModulesPerDevice ? $"the device would have {count} modules; {HubLimits.ModulesPerDevice} are the most" : null;
    }
}
