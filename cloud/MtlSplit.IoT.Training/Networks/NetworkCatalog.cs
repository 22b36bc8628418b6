using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.Training.Networks;

/// <summary>The shared networks that can be trained, by name. A new one is a file in this folder and a line here.</summary>
public static class NetworkCatalog
{
    private static readonly SortedDictionary<string, Func<int, int, BackboneNetwork>> Known = new(StringComparer.Ordinal)
    {
        [MobileNetV3Small.Name] = MobileNetV3Small.Describe,
        [TinyConvNet.Name] = TinyConvNet.Describe,
    };

    /// <summary>Every name, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Describes a network for one size of frame.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="height">The frame's height, in pixels.</param>
    /// <param name="width">The frame's width, in pixels.</param>
    /// <exception cref="ArgumentException">There is no network of that name; the message lists those that there are.</exception>
    /// <exception cref="UnsupportedLayerException">The frame is too small for the network.</exception>
    public static BackboneNetwork Describe(string name, int height, int width)
    {
        if (!Known.TryGetValue(name, out var describe))
        {
            throw new ArgumentException($"There is no network '{name}'; there are {string.Join(", ", Known.Keys)}.", nameof(name));
        }

        var network = describe(height, width);
        network.FeatureShape();
        return network;
    }
}
