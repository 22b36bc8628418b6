using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Graphs;

namespace MtlSplit.IoT.Inference.Tests.Bundles;

/// <summary>Small real models and the contract they belong to.</summary>
internal static class TestModels
{
    public const int Classes = 4;

    public static BackboneNetwork Backbone { get; } = new("small", 6, 8, Sequential.Named("features", Sequential.Of(
        Sequential.Of(new Conv2d(3, 8, 3, Stride: 2, Padding: 1, Bias: false), new BatchNorm2d(8), new Activation(ActivationKind.HardSwish)),
        new SqueezeExcite(8, 4),
        new Conv2d(8, 5, 1))));

    public static HeadNetwork Head { get; } = HeadNetwork.OfPaper("shape", [5, 3, 4], Classes, hidden: 7);

    public static FeatureDescriptor Descriptor { get; } = Contract([5, 3, 4]);

    public static FeatureDescriptor Contract(int[] shape, Quantiser? quantiser = null, int width = 8, int height = 6) => new()
    {
        Backbone = new string('a', 64),
        Network = "small",
        Cut = "features",
        Input = new InputSpec(width, height, 3, InputSpec.BilinearHalfPixel),
        Feature = new FeatureSpec { Shape = shape },
        Encodings =
        [
            new EncodingVariant(1, EncodingVariant.Float32, EncodingVariant.Zstandard),
            new EncodingVariant(2, EncodingVariant.Float16, EncodingVariant.Zstandard),
            new EncodingVariant(3, EncodingVariant.UInt8, EncodingVariant.Zstandard, quantiser ?? new Quantiser(-1, 3)),
        ],
    };

    public static byte[] BackboneFile(int seed = 1) => BackboneGraph.Write(Backbone, Draw(Backbone.Body, seed));

    public static byte[] HeadFile(int seed = 1) => HeadGraph.Write(Head, Draw(Head.Body, seed));

    public static NetworkWeights Draw(Layer network, int seed)
    {
        var random = new Random(seed);
        var weights = new NetworkWeights();
        foreach (var parameter in LayerParameters.Of(network))
        {
            var data = new float[parameter.Shape.Aggregate(1, (product, side) => product * side)];
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = parameter.Name.EndsWith("running_var", StringComparison.Ordinal) ? random.NextSingle() + 0.1f : (random.NextSingle() * 2) - 1;
            }

            weights.Add(parameter.Name, parameter.Shape, data);
        }

        return weights;
    }
}
