namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>A child of a <see cref="Sequential"/> and its name there.</summary>
/// <param name="Name">The name in parameter names; no dots.</param>
/// <param name="Layer">The child.</param>
public sealed record NamedLayer(string Name, Layer Layer);
