using MtlSplit.IoT.OnnxAuthoring.Description;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Networks;

/// <summary>A network with one of everything, small enough to compute by hand, with weights drawn from a seed.</summary>
internal static class SmallNetwork
{
    public static BackboneNetwork Backbone { get; } = new("small", 12, 10, Sequential.Named("features", Sequential.Of(
        Sequential.Of(new Conv2d(3, 8, 3, Stride: 2, Padding: 1, Bias: false), new BatchNorm2d(8, 0.001), new Activation(ActivationKind.HardSwish)),
        new Residual(Sequential.Of(
            Sequential.Of(new Conv2d(8, 8, 5, Padding: 2, Groups: 8, Bias: false), new BatchNorm2d(8, 0.001), new Activation(ActivationKind.ReLU)),
            new SqueezeExcite(8, 4),
            Sequential.Of(new Conv2d(8, 8, 1), new BatchNorm2d(8, 0.001)))),
        new Dropout(0.5),
        new BatchNorm2d(8),
        new Conv2d(8, 6, 3, Groups: 2),
        new Activation(ActivationKind.HardSigmoid))));

    public static HeadNetwork Head { get; } = HeadNetwork.OfPaper("shape", Backbone.FeatureShape(), 4, hidden: 5);

    public static NetworkWeights Draw(Layer network, int seed)
    {
        var random = new Random(seed);
        var weights = new NetworkWeights();
        foreach (var parameter in LayerParameters.Of(network))
        {
            var data = new float[parameter.Shape.Aggregate(1, (product, side) => product * side)];
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = (random.NextSingle() * 2) - 1;
                if (parameter.Name.EndsWith("running_var", StringComparison.Ordinal))
                {
                    data[i] = MathF.Abs(data[i]) + 0.05f;
                }
            }

            weights.Add(parameter.Name, parameter.Shape, data);
        }

        return weights;
    }

    /// <summary>The same weights but for one, which is left out, replaced, or added.</summary>
    public static NetworkWeights With(NetworkWeights weights, string name, int[]? shape, float[]? data)
    {
        var copy = new NetworkWeights();
        foreach (var known in weights.Names.Where(known => known != name))
        {
            weights.TryGet(known, out var tensor);
            copy.Add(known, tensor!.Shape, tensor.Data);
        }

        if (shape is not null && data is not null)
        {
            copy.Add(name, shape, data);
        }

        return copy;
    }
}
