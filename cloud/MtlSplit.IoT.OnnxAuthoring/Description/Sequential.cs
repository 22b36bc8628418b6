using System.Globalization;

namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>Layers one after another, each with a name.</summary>
/// <param name="Children">The layers, first to last.</param>
public sealed record Sequential(IReadOnlyList<NamedLayer> Children) : Layer
{
    /// <summary>Layers named by their position: <c>0</c>, <c>1</c>, …</summary>
    /// <param name="layers">The layers, first to last.</param>
    public static Sequential Of(params IReadOnlyList<Layer> layers) =>
        new([.. layers.Select((layer, index) => new NamedLayer(index.ToString(CultureInfo.InvariantCulture), layer))]);

    /// <summary>One layer under a name of its own, such as <c>features</c> or <c>block</c>.</summary>
    /// <param name="name">The name in parameter names; no dots.</param>
    /// <param name="layer">The layer.</param>
    public static Sequential Named(string name, Layer layer) => new([new NamedLayer(name, layer)]);

    /// <inheritdoc/>
    public bool Equals(Sequential? other) => other is not null && Children.SequenceEqual(other.Children);

    /// <inheritdoc/>
    public override int GetHashCode() => Children.Aggregate(Children.Count, HashCode.Combine);
}
