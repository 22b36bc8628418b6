using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Planning;

/// <summary>A module as it should be. Immutable.</summary>
/// <param name="Spec">What the deployment says.</param>
/// <param name="Surroundings">
/// What the runtime adds and a running module cannot learn anew: its identity's generation, the addresses of the hub and of the workload
/// API, as one text. Another one means another module.
/// </param>
internal sealed record DesiredModule(ModuleSpec Spec, string Surroundings)
{
    public string Id => Spec.ModuleId;
}
