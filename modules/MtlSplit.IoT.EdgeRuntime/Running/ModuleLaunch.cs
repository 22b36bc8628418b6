using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Running;

/// <summary>What a module is made of. Immutable.</summary>
/// <param name="Spec">What the deployment says.</param>
/// <param name="Surroundings">What else makes it another module.</param>
/// <param name="Environment">All of its variables, the runtime's included.</param>
internal sealed record ModuleLaunch(ModuleSpec Spec, string Surroundings, IReadOnlyDictionary<string, string> Environment);
