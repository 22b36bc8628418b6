namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>
/// One layer of a network, described without weights: what a trainer builds a module from and an exporter a graph.
/// Parameters are named as torchvision names them: the names of the layers from the root down, joined by dots, then
/// the parameter's own (<c>features.4.block.2.fc1.weight</c>).
/// </summary>
/// <remarks>
/// A network may bring a record of its own for a layer that only its trainer knows; whatever does not know it fails with
/// <see cref="UnsupportedLayerException"/>, which names the layer and its path.
/// </remarks>
public abstract record Layer;
