namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>The gate's decision with its reason in numbers.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Reason">One sentence with the numbers.</param>
internal sealed record GateVerdict(GateDecision Decision, string Reason);
