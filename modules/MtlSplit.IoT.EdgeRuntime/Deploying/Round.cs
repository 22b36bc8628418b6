using MtlSplit.IoT.EdgeRuntime.Running;

namespace MtlSplit.IoT.EdgeRuntime.Deploying;

/// <summary>What a round of the agent led to. Immutable.</summary>
/// <param name="Modules">The modules that are there now.</param>
/// <param name="Fault">What failed; null: nothing.</param>
/// <param name="Next">When the next step is due that time alone brings; null: none.</param>
internal sealed record Round(IReadOnlyList<ModuleSighting> Modules, string? Fault, DateTimeOffset? Next);
