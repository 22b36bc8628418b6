using MtlSplit.IoT.EdgeRuntime.Planning;
using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Running;

/// <summary>A module as its runner sees it. Immutable.</summary>
/// <param name="Spec">What it was created from.</param>
/// <param name="Surroundings">What else it was created from.</param>
/// <param name="State">What it does.</param>
/// <param name="ExitCode">How it ended; null: it did not, or nobody saw how.</param>
/// <param name="Started">When it started last; null: never.</param>
/// <param name="Exited">When it ended last; null: never.</param>
internal sealed record ModuleSighting(ModuleSpec Spec, string Surroundings, ModuleRunState State, int? ExitCode, DateTimeOffset? Started, DateTimeOffset? Exited)
{
    /// <summary>What happened to it that people should know; empty: nothing.</summary>
    public string Remark { get; init; } = "";
}
