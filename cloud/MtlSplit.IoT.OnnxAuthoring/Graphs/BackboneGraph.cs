using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Format;

namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>
/// Writes a backbone as ONNX: input <c>frame</c>, uint8 [N, H, W, 3], RGB; output <c>feature</c>, float32 [N, C, h, w].
/// Scaling to 0..1 and the change of axes are part of the graph, batch norms are folded into the convolutions before them,
/// and dropout is left out.
/// </summary>
public static class BackboneGraph
{
    /// <summary>The input's name.</summary>
    public const string InputName = "frame";

    /// <summary>The output's name.</summary>
    public const string OutputName = "feature";

    /// <summary>Writes the file; the same arguments give the same bytes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, exactly.</param>
    /// <param name="metadata">More properties for the file, such as lineage; keys starting with <c>mtlsplit.</c> are taken.</param>
    /// <returns>The bytes of an ONNX file.</returns>
    /// <exception cref="UnsupportedLayerException">A layer has no ONNX form; it names type and path.</exception>
    /// <exception cref="WeightsException">A weight is missing, wrong, or of no layer.</exception>
    public static byte[] Write(BackboneNetwork network, NetworkWeights weights, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        var shape = network.FeatureShape();
        if (shape.Length != 3)
        {
            throw new UnsupportedLayerException("", network.Body, $"a feature has the shape [C, h, w] and this network ends in [{string.Join(", ", shape)}]");
        }

        weights.RequireExactly(network.Body);
        var (height, width) = (network.InputHeight, network.InputWidth);
        var graph = new GraphWriter(network.Name);
        var value = graph.Input(new GraphValue(InputName, [height, width, 3], TensorProto.Types.DataType.Uint8), "RGB, 8 bits, row by row from the top");
        value = graph.Node("Cast", new GraphValue("preprocess.cast", [height, width, 3]), [value.Name], Attribute.Of("to", (int)TensorProto.Types.DataType.Float));
        value = graph.Node("Div", value with { Name = "preprocess.scale" }, [value.Name, graph.Constant("preprocess.white", [], [255f])]);
        value = graph.Node("Transpose", new GraphValue("preprocess.channels_first", [3, height, width]), [value.Name], Attribute.Of("perm", [0, 3, 1, 2]));
        value = new LayerWriter(graph, weights).Write(network.Body, value, "");
        graph.Output(value, OutputName, "what crosses the network");
        return graph.ToBytes(
            $"The shared backbone {network.Name}, cut after its features.",
            GraphMetadata.Join(
                metadata,
                new(GraphMetadata.KindKey, "backbone"),
                new("mtlsplit.network", network.Name),
                new("mtlsplit.input", $"uint8 NHWC RGB {height}x{width}"),
                new("mtlsplit.preprocessing", "divide by 255"),
                new("mtlsplit.feature", $"float32 {string.Join('x', shape)}")));
    }
}
