using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.OnnxAuthoring.Graphs;

/// <summary>A convolution's weights and bias with the batch norm behind it worked in; summed in double precision.</summary>
internal sealed class FoldedConv
{
    private FoldedConv(float[] weight, float[] bias)
    {
        Weight = weight;
        Bias = bias;
    }

    /// <summary>[Out, In / Groups, Kernel, Kernel].</summary>
    public float[] Weight { get; }

    /// <summary>[Out].</summary>
    public float[] Bias { get; }

    /// <summary>Folds the norm at <paramref name="normPath"/> into the convolution at <paramref name="convPath"/>.</summary>
    /// <exception cref="WeightsException">A tensor is missing, of a wrong shape, or makes a value that is not finite.</exception>
    public static FoldedConv Fold(Conv2d conv, string convPath, BatchNorm2d norm, string normPath, NetworkWeights weights)
    {
        var kernel = weights.Require(LayerPath.Join(convPath, "weight"), conv.Out, conv.In / conv.Groups, conv.Kernel, conv.Kernel);
        var bias = conv.Bias ? weights.Require(LayerPath.Join(convPath, "bias"), conv.Out) : [];
        var gamma = weights.Require(LayerPath.Join(normPath, "weight"), norm.Channels);
        var beta = weights.Require(LayerPath.Join(normPath, "bias"), norm.Channels);
        var mean = weights.Require(LayerPath.Join(normPath, "running_mean"), norm.Channels);
        var variance = weights.Require(LayerPath.Join(normPath, "running_var"), norm.Channels);
        var folded = new FoldedConv(new float[kernel.Length], new float[conv.Out]);
        var perChannel = kernel.Length / conv.Out;
        for (var channel = 0; channel < conv.Out; channel++)
        {
            var scale = gamma[channel] / Math.Sqrt(variance[channel] + norm.Epsilon);
            var shift = ((bias.IsEmpty ? 0 : bias[channel]) - mean[channel]) * scale + beta[channel];
            if (!double.IsFinite(scale) || !double.IsFinite(shift))
            {
                throw new WeightsException(LayerPath.Join(normPath, "running_var"), $"holds {variance[channel]} for channel {channel}, which cannot be divided by");
            }

            folded.Bias[channel] = (float)shift;
            for (var i = channel * perChannel; i < (channel + 1) * perChannel; i++)
            {
                folded.Weight[i] = (float)(kernel[i] * scale);
            }
        }

        return folded;
    }
}
