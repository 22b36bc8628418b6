namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>A layer cannot be described further or exported.</summary>
/// <param name="path">Where in the network, such as <c>features.3.block.1</c>; empty for the root.</param>
/// <param name="layer">The layer.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class UnsupportedLayerException(string path, Layer layer, string reason)
    : Exception($"Layer '{(path.Length == 0 ? "(root)" : path)}' of type {layer.GetType().Name} is not supported: {reason}.")
{
    /// <summary>Where in the network; empty for the root.</summary>
    public string Path { get; } = path;

    /// <summary>The layer's type.</summary>
    public string LayerType { get; } = layer.GetType().Name;
}
