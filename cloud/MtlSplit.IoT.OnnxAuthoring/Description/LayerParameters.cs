namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>Lists what tensors a network needs, in the order of its layers.</summary>
public static class LayerParameters
{
    /// <summary>Every tensor of a layer and its children.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="path">The layer's own path; empty for a root.</param>
    /// <exception cref="UnsupportedLayerException">A layer is of a type not known here.</exception>
    public static IEnumerable<ParameterSpec> Of(Layer layer, string path = "")
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer switch
        {
            Conv2d conv => Weighted(path, [conv.Out, conv.In / Math.Max(conv.Groups, 1), conv.Kernel, conv.Kernel], conv.Bias),
            Linear linear => Weighted(path, [linear.Out, linear.In], linear.Bias),
            BatchNorm2d norm =>
            [
                new(LayerPath.Join(path, "weight"), [norm.Channels], true),
                new(LayerPath.Join(path, "bias"), [norm.Channels], true),
                new(LayerPath.Join(path, "running_mean"), [norm.Channels], false),
                new(LayerPath.Join(path, "running_var"), [norm.Channels], false),
            ],
            SqueezeExcite excite => [.. Of(excite.Fc1, LayerPath.Join(path, "fc1")), .. Of(excite.Fc2, LayerPath.Join(path, "fc2"))],
            Sequential sequence => sequence.Children.SelectMany(child => Of(child.Layer, LayerPath.Join(path, child.Name))),
            Residual residual => Of(residual.Body, LayerPath.Join(path, residual.BodyName)),
            Activation or Dropout or Flatten => [],
            _ => throw new UnsupportedLayerException(path, layer, "its parameters are not known"),
        };
    }

    private static IEnumerable<ParameterSpec> Weighted(string path, int[] shape, bool bias)
    {
        yield return new(LayerPath.Join(path, "weight"), shape, true);
        if (bias)
        {
            yield return new(LayerPath.Join(path, "bias"), [shape[0]], true);
        }
    }
}
