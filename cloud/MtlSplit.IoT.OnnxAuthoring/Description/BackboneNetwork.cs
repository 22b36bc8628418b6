namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>A shared network up to its cut: what runs on a vehicle.</summary>
/// <param name="Name">What it is called, for people, such as <c>mobilenet-v3-small</c>.</param>
/// <param name="InputHeight">Height of a frame, in pixels.</param>
/// <param name="InputWidth">Width of a frame, in pixels.</param>
/// <param name="Body">The layers, from RGB in 0..1, [N, 3, H, W], to the feature.</param>
public sealed record BackboneNetwork(string Name, int InputHeight, int InputWidth, Layer Body)
{
    /// <summary>The feature's shape [C, h, w] without the batch.</summary>
    /// <exception cref="UnsupportedLayerException">A layer does not fit what comes before it.</exception>
    public int[] FeatureShape() => LayerShapes.Infer(Body, [3, InputHeight, InputWidth]);
}
