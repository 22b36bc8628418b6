namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>Works out what shape a layer gives for what shape it gets; shapes are without the batch axis.</summary>
public static class LayerShapes
{
    /// <summary>The shape that leaves <paramref name="layer"/>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The shape that enters it: [C, H, W], or [L] once flattened.</param>
    /// <param name="path">The layer's path, for messages.</param>
    /// <exception cref="UnsupportedLayerException">The layer is of an unknown type, or does not fit the shape.</exception>
    public static int[] Infer(Layer layer, int[] input, string path = "")
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(input);
        return layer switch
        {
            Conv2d conv => Convolved(conv, input, path),
            BatchNorm2d norm => Image(norm, input, norm.Channels, path),
            SqueezeExcite excite => Image(excite, input, excite.Channels, path),
            Linear linear => Multiplied(linear, input, path),
            Activation or Dropout => input,
            Flatten => [input.Aggregate(1, (product, side) => checked(product * side))],
            Sequential sequence => sequence.Children.Aggregate(input, (shape, child) => Infer(child.Layer, shape, LayerPath.Join(path, child.Name))),
            Residual residual => Added(residual, input, path),
            _ => throw new UnsupportedLayerException(path, layer, "its output shape is not known"),
        };
    }

    private static int[] Convolved(Conv2d conv, int[] input, string path)
    {
        if (conv is not { In: > 0, Out: > 0, Kernel: > 0, Stride: > 0, Padding: >= 0, Groups: > 0 } || conv.In % conv.Groups != 0 || conv.Out % conv.Groups != 0)
        {
            throw new UnsupportedLayerException(path, conv, "sizes must be positive and channels multiples of the groups");
        }

        Image(conv, input, conv.In, path);
        var (height, width) = (Side(conv, input[1]), Side(conv, input[2]));
        return height > 0 && width > 0
            ? [conv.Out, height, width]
            : throw new UnsupportedLayerException(path, conv, $"its kernel is larger than the padded image [{string.Join(", ", input)}]");
    }

    private static int Side(Conv2d conv, int side) =>
        side + (2 * conv.Padding) < conv.Kernel ? 0 : ((side + (2 * conv.Padding) - conv.Kernel) / conv.Stride) + 1;

    private static int[] Image(Layer layer, int[] input, int channels, string path) =>
        input.Length == 3 && input[0] == channels
            ? input
            : throw new UnsupportedLayerException(path, layer, $"it takes [{channels}, H, W] and gets [{string.Join(", ", input)}]");

    private static int[] Multiplied(Linear linear, int[] input, string path) =>
        input.Length == 1 && input[0] == linear.In && linear.Out > 0
            ? [linear.Out]
            : throw new UnsupportedLayerException(path, linear, $"it takes [{linear.In}] and gets [{string.Join(", ", input)}]");

    private static int[] Added(Residual residual, int[] input, string path)
    {
        var output = Infer(residual.Body, input, LayerPath.Join(path, residual.BodyName));
        return output.AsSpan().SequenceEqual(input)
            ? output
            : throw new UnsupportedLayerException(path, residual, $"its body turns [{string.Join(", ", input)}] into [{string.Join(", ", output)}]");
    }
}
