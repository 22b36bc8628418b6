namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>A tensor that a network needs.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Trained">True for a parameter, false for a buffer such as a running mean.</param>
public sealed record ParameterSpec(string Name, int[] Shape, bool Trained);
