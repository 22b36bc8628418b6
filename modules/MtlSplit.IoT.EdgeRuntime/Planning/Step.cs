namespace MtlSplit.IoT.EdgeRuntime.Planning;

/// <summary>One step of a plan. Immutable.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="ModuleId">To which module.</param>
/// <param name="Target">The module as it should be; null where it goes.</param>
internal sealed record Step(StepKind Kind, string ModuleId, DesiredModule? Target = null)
{
    public override string ToString() => $"{Kind} {ModuleId}";
}
