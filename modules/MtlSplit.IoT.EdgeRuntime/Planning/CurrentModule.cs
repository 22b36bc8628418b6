using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Planning;

/// <summary>A module as it was created and what it does. Immutable.</summary>
/// <param name="Spec">What it was created from.</param>
/// <param name="Surroundings">See <see cref="DesiredModule.Surroundings"/>.</param>
/// <param name="State">What it does.</param>
/// <param name="ExitCode">How it ended; null: it did not, or nobody saw how.</param>
/// <param name="RestartDue">The pause before its next start is over.</param>
internal sealed record CurrentModule(ModuleSpec Spec, string Surroundings, ModuleRunState State, int? ExitCode = null, bool RestartDue = true)
{
    public string Id => Spec.ModuleId;
}
