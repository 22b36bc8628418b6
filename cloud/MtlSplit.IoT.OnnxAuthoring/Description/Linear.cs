namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>x · Wᵀ + b over a flat tensor. Parameters: <c>weight</c> [Out, In] and, where set, <c>bias</c> [Out].</summary>
/// <param name="In">Values in.</param>
/// <param name="Out">Values out.</param>
/// <param name="Bias">Whether a bias is added.</param>
public sealed record Linear(int In, int Out, bool Bias = true) : Layer;
