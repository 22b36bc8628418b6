using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>
/// Writes a head as ONNX: input <c>feature</c>, float32 [N, C, h, w]; outputs <c>logits</c> and <c>probabilities</c>,
/// float32 [N, classes]. Weights keep the names of the description, so that a head can be read back.
/// </summary>
public static class HeadGraph
{
    /// <summary>The input's name.</summary>
    public const string InputName = "feature";

    /// <summary>The name of the output before the softmax.</summary>
    public const string LogitsName = "logits";

    /// <summary>The name of the output after the softmax.</summary>
    public const string ProbabilitiesName = "probabilities";

    /// <summary>Writes the file; the same arguments give the same bytes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, exactly.</param>
    /// <param name="metadata">More properties for the file, such as lineage; keys starting with <c>mtlsplit.</c> are taken.</param>
    /// <returns>The bytes of an ONNX file.</returns>
    /// <exception cref="UnsupportedLayerException">A layer has no ONNX form; it names type and path.</exception>
    /// <exception cref="WeightsException">A weight is missing, wrong, or of no layer.</exception>
    public static byte[] Write(HeadNetwork network, NetworkWeights weights, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        int[] shape = [.. network.FeatureShape];
        var flat = LayerShapes.Infer(new Flatten(), shape);
        var answer = LayerShapes.Infer(network.Body, flat);
        if (answer is not [var classes] || classes != network.Classes)
        {
            throw new UnsupportedLayerException("", network.Body, $"the head of {network.Task} ends in [{string.Join(", ", answer)}], not [{network.Classes}]");
        }

        weights.RequireExactly(network.Body);
        var graph = new GraphWriter($"head-{network.Task}");
        var value = graph.Input(new GraphValue(InputName, shape), "what a backbone sends");
        value = graph.Node("Flatten", new GraphValue("flatten", flat), [value.Name], Attribute.Of("axis", 1));
        value = new LayerWriter(graph, weights).Write(network.Body, value, "");
        value = graph.Output(value, LogitsName, "one per class, before the softmax");
        value = graph.Node("Softmax", value with { Name = "softmax" }, [value.Name], Attribute.Of("axis", 1));
        graph.Output(value, ProbabilitiesName, "one per class, summing to 1");
        return graph.ToBytes(
            $"The head of the task {network.Task}.",
            GraphMetadata.Join(
                metadata,
                new(GraphMetadata.KindKey, "head"),
                new("mtlsplit.task", network.Task),
                new("mtlsplit.feature", $"float32 {string.Join('x', shape)}")));
    }
}
