using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Networks;

/// <summary>What a description means, computed straight from its definition in double precision and without folding.</summary>
internal sealed class NaiveNetwork(NetworkWeights weights)
{
    public (double[] Data, int[] Shape) Run(Layer layer, double[] data, int[] shape, string path)
    {
        switch (layer)
        {
            case Sequential sequence:
                foreach (var child in sequence.Children)
                {
                    (data, shape) = Run(child.Layer, data, shape, LayerPath.Join(path, child.Name));
                }

                return (data, shape);
            case Residual residual:
                var body = Run(residual.Body, data, shape, LayerPath.Join(path, residual.BodyName));
                return ([.. body.Data.Zip(data, (left, right) => left + right)], shape);
            case Conv2d conv:
                return Convolve(conv, data, shape, path);
            case BatchNorm2d norm:
                var (gamma, beta, mean, variance) = (Of(path, "weight"), Of(path, "bias"), Of(path, "running_mean"), Of(path, "running_var"));
                var plane = shape[1] * shape[2];
                return ([.. data.Select((x, i) => ((x - mean[i / plane]) / Math.Sqrt(variance[i / plane] + norm.Epsilon) * gamma[i / plane]) + beta[i / plane])], shape);
            case SqueezeExcite excite:
                var pixels = shape[1] * shape[2];
                double[] pooled = [.. Enumerable.Range(0, shape[0]).Select(channel => data.Skip(channel * pixels).Take(pixels).Average())];
                var squeezed = Convolve(excite.Fc1, pooled, [shape[0], 1, 1], LayerPath.Join(path, "fc1"));
                var excited = Convolve(excite.Fc2, [.. squeezed.Data.Select(x => Math.Max(x, 0))], squeezed.Shape, LayerPath.Join(path, "fc2"));
                return ([.. data.Select((x, i) => x * HardSigmoid(excited.Data[i / pixels]))], shape);
            case Activation activation:
                return ([.. data.Select(x => activation.Kind switch
                {
                    ActivationKind.ReLU => Math.Max(x, 0),
                    ActivationKind.HardSigmoid => HardSigmoid(x),
                    _ => x * HardSigmoid(x),
                })], shape);
            case Linear linear:
                var (matrix, bias) = (Of(path, "weight"), Of(path, "bias"));
                return ([.. Enumerable.Range(0, linear.Out).Select(row => bias[row] + data.Select((x, column) => x * matrix[(row * linear.In) + column]).Sum())], [linear.Out]);
            case Dropout:
                return (data, shape);
            default:
                throw new InvalidOperationException($"No definition of {layer}.");
        }
    }

    private static double HardSigmoid(double x) => Math.Clamp((x / 6) + 0.5, 0, 1);

    private float[] Of(string path, string name) =>
        weights.TryGet(LayerPath.Join(path, name), out var tensor) ? tensor.Data.ToArray() : new float[1024];

    private (double[] Data, int[] Shape) Convolve(Conv2d conv, double[] data, int[] shape, string path)
    {
        var (kernel, bias) = (Of(path, "weight"), Of(path, "bias"));
        int[] result = [conv.Out, ((shape[1] + (2 * conv.Padding) - conv.Kernel) / conv.Stride) + 1, ((shape[2] + (2 * conv.Padding) - conv.Kernel) / conv.Stride) + 1];
        var output = new double[result[0] * result[1] * result[2]];
        var (insPerGroup, outsPerGroup) = (conv.In / conv.Groups, conv.Out / conv.Groups);
        for (var channel = 0; channel < conv.Out; channel++)
        {
            for (var y = 0; y < result[1]; y++)
            {
                for (var x = 0; x < result[2]; x++)
                {
                    double sum = bias[channel];
                    for (var i = 0; i < insPerGroup; i++)
                    {
                        for (var ky = 0; ky < conv.Kernel; ky++)
                        {
                            for (var kx = 0; kx < conv.Kernel; kx++)
                            {
                                var (sy, sx) = ((y * conv.Stride) + ky - conv.Padding, (x * conv.Stride) + kx - conv.Padding);
                                if (sy >= 0 && sy < shape[1] && sx >= 0 && sx < shape[2])
                                {
                                    var source = (channel / outsPerGroup * insPerGroup) + i;
                                    sum += data[(((source * shape[1]) + sy) * shape[2]) + sx]
                                        * kernel[(((((channel * insPerGroup) + i) * conv.Kernel) + ky) * conv.Kernel) + kx];
                                }
                            }
                        }
                    }

                    output[(((channel * result[1]) + y) * result[2]) + x] = sum;
                }
            }
        }

        return (output, result);
    }
}
