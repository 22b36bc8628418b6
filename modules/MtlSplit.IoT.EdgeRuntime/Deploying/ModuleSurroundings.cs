using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.EdgeRuntime.Running;
using MtlSplit.IoT.EdgeRuntime.Workload;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Deploying;

/// <summary>What the runtime tells a module through its environment. Immutable.</summary>
/// <param name="HubHost">The hub's name.</param>
/// <param name="Gateway">What modules dial: this device's name, with the port where it is not the usual one.</param>
/// <param name="WorkloadAddress">The workload API.</param>
internal sealed record ModuleSurroundings(string HubHost, string Gateway, string WorkloadAddress)
{
    /// <summary>A module of the deployment with this identity.</summary>
    public DesiredModule Of(ModuleSpec spec, ModuleIdentity identity) => new(spec, spec.IsSystem ? "" : string.Join('\n', identity.GenerationId, HubHost, Gateway, WorkloadAddress));

    /// <summary>What to run.</summary>
    public ModuleLaunch LaunchOf(DesiredModule module, ModuleIdentity identity)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["RuntimeLogLevel"] = "info", ["UpstreamProtocol"] = "Mqtt" };
        if (module.Spec.Settings.ReadCreateOptions()["Env"] is JsonArray variables)
        {
            foreach (var variable in variables.Select(variable => variable?.ToString() ?? ""))
            {
                var equals = variable.IndexOf('=', StringComparison.Ordinal);
                environment[equals < 0 ? variable : variable[..equals]] = equals < 0 ? "" : variable[(equals + 1)..];
            }
        }

        foreach (var (name, value) in module.Spec.Env)
        {
            environment[name] = value.Text;
        }

        environment["IOTEDGE_WORKLOADURI"] = WorkloadAddress;
        environment["IOTEDGE_AUTHSCHEME"] = "sasToken";
        environment["IOTEDGE_MODULEGENERATIONID"] = identity.GenerationId;
        environment["IOTEDGE_IOTHUBHOSTNAME"] = HubHost;
        environment["IOTEDGE_GATEWAYHOSTNAME"] = Gateway;
        environment["IOTEDGE_DEVICEID"] = identity.Id.DeviceId;
        environment["IOTEDGE_MODULEID"] = identity.ModuleId;
        environment["IOTEDGE_APIVERSION"] = WorkloadServer.NewestVersion;
        return new ModuleLaunch(module.Spec, module.Surroundings, environment);
    }
}
