using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>Writes layers as nodes. A node and the tensor that leaves it bear the layer's path.</summary>
internal sealed class LayerWriter(GraphWriter graph, NetworkWeights weights)
{
    /// <summary>Writes a layer and its children and returns what leaves it.</summary>
    /// <exception cref="UnsupportedLayerException">The layer has no ONNX form here, or does not fit its input.</exception>
    /// <exception cref="WeightsException">A weight is missing or wrong.</exception>
    public GraphValue Write(Layer layer, GraphValue input, string path)
    {
        switch (layer)
        {
            case Sequential sequence:
                return WriteSequence(sequence, input, path);
            case Residual residual:
                var body = Write(residual.Body, input, LayerPath.Join(path, residual.BodyName));
                return graph.Node("Add", Named(LayerPath.Join(path, "add"), layer, input, path), [body.Name, input.Name]);
            case Conv2d conv:
                var kernel = weights.Require(LayerPath.Join(path, "weight"), conv.Out, conv.In / conv.Groups, conv.Kernel, conv.Kernel);
                var bias = conv.Bias ? weights.Require(LayerPath.Join(path, "bias"), conv.Out) : [];
                return WriteConv(conv, input, path, kernel, bias);
            case BatchNorm2d norm:
                return WriteNorm(norm, input, path);
            case SqueezeExcite excite:
                return WriteExcite(excite, input, path);
            case Activation activation:
                return WriteActivation(activation, input, path);
            case Linear linear:
                return WriteLinear(linear, input, path);
            case Flatten:
                return graph.Node("Flatten", Named(path, layer, input, path), [input.Name], Attribute.Of("axis", 1));
            case Dropout:
                return input;
            default:
                throw new UnsupportedLayerException(path, layer, "it has no ONNX form here");
        }
    }

    private GraphValue WriteSequence(Sequential sequence, GraphValue value, string path)
    {
        var children = sequence.Children;
        for (var i = 0; i < children.Count; i++)
        {
            var childPath = LayerPath.Join(path, children[i].Name);
            if (children[i].Layer is Conv2d conv && i + 1 < children.Count && children[i + 1].Layer is BatchNorm2d norm)
            {
                var normPath = LayerPath.Join(path, children[i + 1].Name);
                LayerShapes.Infer(norm, LayerShapes.Infer(conv, value.Shape, childPath), normPath);
                var folded = FoldedConv.Fold(conv, childPath, norm, normPath, weights);
                value = WriteConv(conv, value, childPath, folded.Weight, folded.Bias);
                i++;
            }
            else
            {
                value = Write(children[i].Layer, value, childPath);
            }
        }

        return value;
    }

    private GraphValue WriteConv(Conv2d conv, GraphValue input, string path, ReadOnlySpan<float> kernel, ReadOnlySpan<float> bias)
    {
        var output = Named(path, conv, input, path);
        string[] inputs =
        [
            input.Name,
            graph.Constant(LayerPath.Join(path, "weight"), [conv.Out, conv.In / conv.Groups, conv.Kernel, conv.Kernel], kernel),
            .. bias.IsEmpty ? (ReadOnlySpan<string>)[] : [graph.Constant(LayerPath.Join(path, "bias"), [conv.Out], bias)],
        ];
        return graph.Node(
            "Conv",
            output,
            inputs,
            Attribute.Of("dilations", [1, 1]),
            Attribute.Of("group", conv.Groups),
            Attribute.Of("kernel_shape", [conv.Kernel, conv.Kernel]),
            Attribute.Of("pads", [conv.Padding, conv.Padding, conv.Padding, conv.Padding]),
            Attribute.Of("strides", [conv.Stride, conv.Stride]));
    }

    // A norm with no convolution before it has nothing to be folded into.
    private GraphValue WriteNorm(BatchNorm2d norm, GraphValue input, string path)
    {
        var output = Named(path, norm, input, path);
        var inputs = new List<string> { input.Name };
        foreach (var name in new[] { "weight", "bias", "running_mean", "running_var" })
        {
            var full = LayerPath.Join(path, name);
            inputs.Add(graph.Constant(full, [norm.Channels], weights.Require(full, norm.Channels)));
        }

        return graph.Node("BatchNormalization", output, inputs.ToArray(), Attribute.Of("epsilon", (float)norm.Epsilon));
    }

    private GraphValue WriteExcite(SqueezeExcite excite, GraphValue input, string path)
    {
        var output = Named(LayerPath.Join(path, "scale"), excite, input, path);
        var value = graph.Node("GlobalAveragePool", new GraphValue(LayerPath.Join(path, "avgpool"), [excite.Channels, 1, 1]), [input.Name]);
        value = Write(excite.Fc1, value, LayerPath.Join(path, "fc1"));
        value = Write(new Activation(ActivationKind.ReLU), value, LayerPath.Join(path, "activation"));
        value = Write(excite.Fc2, value, LayerPath.Join(path, "fc2"));
        value = Write(new Activation(ActivationKind.HardSigmoid), value, LayerPath.Join(path, "scale_activation"));
        return graph.Node("Mul", output, [value.Name, input.Name]);
    }

    private GraphValue WriteActivation(Activation activation, GraphValue input, string path)
    {
        var output = Named(path, activation, input, path);
        return activation.Kind switch
        {
            ActivationKind.ReLU => graph.Node("Relu", output, [input.Name]),
            ActivationKind.HardSwish => graph.Node("HardSwish", output, [input.Name]),
            ActivationKind.HardSigmoid => graph.Node("HardSigmoid", output, [input.Name], Attribute.Of("alpha", 1f / 6f), Attribute.Of("beta", 0.5f)),
            _ => throw new UnsupportedLayerException(path, activation, $"the function {activation.Kind} has no ONNX form here"),
        };
    }

    private GraphValue WriteLinear(Linear linear, GraphValue input, string path)
    {
        var output = Named(path, linear, input, path);
        var weight = LayerPath.Join(path, "weight");
        var inputs = new List<string> { input.Name, graph.Constant(weight, [linear.Out, linear.In], weights.Require(weight, linear.Out, linear.In)) };
        if (linear.Bias)
        {
            var bias = LayerPath.Join(path, "bias");
            inputs.Add(graph.Constant(bias, [linear.Out], weights.Require(bias, linear.Out)));
        }

        return graph.Node("Gemm", output, inputs.ToArray(), Attribute.Of("transB", 1));
    }

    private static GraphValue Named(string name, Layer layer, GraphValue input, string path) =>
        new(name, LayerShapes.Infer(layer, input.Shape, path));
}
