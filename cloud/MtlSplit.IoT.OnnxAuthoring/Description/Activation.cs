namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>A non-linear function of every element. No parameters.</summary>
/// <param name="Kind">Which function.</param>
public sealed record Activation(ActivationKind Kind) : Layer;
