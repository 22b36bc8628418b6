using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Graphs;

namespace MtlSplit.IoT.OnnxAuthoring.Reading;

/// <summary>
/// Reads a backbone's weights back from the file that <see cref="BackboneGraph"/> wrote, so that training can go on from them. The norms that
/// were worked into convolutions come back as norms that change nothing but add the bias: their statistics are made up, so whoever trains on
/// must leave them as they are.
/// </summary>
public static class BackboneWeightsReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network that it holds.</param>
    /// <returns>Every weight of the network; it computes what the file computes.</returns>
    /// <exception cref="OnnxReadException">The file is missing, broken, or not this backbone written here.</exception>
    public static NetworkWeights Read(string path, BackboneNetwork network) => Read(OnnxTensors.BytesOf(path), path, network);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">What to call them in errors.</param>
    /// <param name="network">The network that they hold.</param>
    /// <returns>Every weight of the network; it computes what the file computes.</returns>
    /// <exception cref="OnnxReadException">The bytes are broken, or not this backbone written here.</exception>
    public static NetworkWeights Read(ReadOnlySpan<byte> file, string source, BackboneNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var stored = OnnxTensors.Read(file, source, "backbone", out var properties);
        if (properties.GetValueOrDefault("mtlsplit.network") is var name && name != network.Name)
        {
            throw new OnnxReadException(source, $"it holds the network '{name}', not '{network.Name}'");
        }

        var weights = new NetworkWeights();
        try
        {
            var folded = FoldedNorms(network.Body, "").ToDictionary(fold => fold.NormPath, StringComparer.Ordinal);
            foreach (var fold in folded.Values)
            {
                Unfold(fold, stored, weights);
            }

            foreach (var parameter in LayerParameters.Of(network.Body).Where(parameter => !weights.TryGet(parameter.Name, out _)))
            {
                weights.Add(parameter.Name, parameter.Shape, stored.Require(parameter.Name, parameter.Shape).ToArray());
            }
        }
        catch (WeightsException exception)
        {
            throw new OnnxReadException(source, exception.Message.TrimEnd('.'), exception);
        }

        return weights;
    }

    private static void Unfold(Fold fold, NetworkWeights stored, NetworkWeights weights)
    {
        var (convPath, conv, normPath, norm) = fold;
        int[] kernel = [conv.Out, conv.In / conv.Groups, conv.Kernel, conv.Kernel];
        int[] channels = [norm.Channels];
        weights.Add(LayerPath.Join(convPath, "weight"), kernel, stored.Require(LayerPath.Join(convPath, "weight"), kernel).ToArray());
        if (conv.Bias)
        {
            weights.Add(LayerPath.Join(convPath, "bias"), channels, new float[norm.Channels]);
        }

        weights.Add(LayerPath.Join(normPath, "weight"), channels, Filled(norm.Channels, 1));
        weights.Add(LayerPath.Join(normPath, "bias"), channels, stored.Require(LayerPath.Join(convPath, "bias"), channels).ToArray());
        weights.Add(LayerPath.Join(normPath, "running_mean"), channels, new float[norm.Channels]);
        // The root of variance and epsilon together is what a norm divides by.
        weights.Add(LayerPath.Join(normPath, "running_var"), channels, Filled(norm.Channels, (float)(1 - norm.Epsilon)));
    }

    private static float[] Filled(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }

    // The same pairs that LayerWriter folds.
    private static IEnumerable<Fold> FoldedNorms(Layer layer, string path)
    {
        if (layer is Residual residual)
        {
            return FoldedNorms(residual.Body, LayerPath.Join(path, residual.BodyName));
        }

        return layer is Sequential sequence ? FoldedNorms(sequence, path) : [];
    }

    private static IEnumerable<Fold> FoldedNorms(Sequential sequence, string path)
    {
        for (var i = 0; i < sequence.Children.Count; i++)
        {
            var (name, child) = sequence.Children[i];
            var childPath = LayerPath.Join(path, name);
            if (child is Conv2d conv && i + 1 < sequence.Children.Count && sequence.Children[i + 1] is { Layer: BatchNorm2d norm } next)
            {
                yield return new Fold(childPath, conv, LayerPath.Join(path, next.Name), norm);
                i++;
                continue;
            }

            foreach (var fold in FoldedNorms(child, childPath))
            {
                yield return fold;
            }
        }
    }

    private sealed record Fold(string ConvPath, Conv2d Conv, string NormPath, BatchNorm2d Norm);
}
