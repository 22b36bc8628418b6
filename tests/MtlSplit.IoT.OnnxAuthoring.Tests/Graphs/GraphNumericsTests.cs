using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.OnnxAuthoring.Tests.Networks;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Graphs;

public sealed class GraphNumericsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mtlsplit-onnx-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Backbone_RunByOnnxRuntime_GivesWhatItsDefinitionGives(int seed)
    {
        var network = SmallNetwork.Backbone;
        var weights = SmallNetwork.Draw(network.Body, seed);
        using var session = BackboneSession.Load(Save(BackboneGraph.Write(network, weights)), Descriptor(network.FeatureShape()));
        new Random(seed).NextBytes(session.Frame);
        var planes = new double[session.Frame.Length];
        for (var i = 0; i < planes.Length; i++)
        {
            planes[(i % 3 * (planes.Length / 3)) + (i / 3)] = session.Frame[i] / 255.0;
        }

        var (expected, shape) = new NaiveNetwork(weights).Run(network.Body, planes, [3, network.InputHeight, network.InputWidth], "");
        var actual = session.Run().ToArray();

        Assert.Equal(network.FeatureShape(), shape);
        Assert.Equal(expected.Length, actual.Length);
        var range = expected.Max() - expected.Min();
        Assert.True(range > 0.1, "The network says the same everywhere, so that comparing it proves nothing.");
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / range, 0, 1e-5));
    }

    [Fact]
    public void Head_RunByOnnxRuntime_GivesWhatItsDefinitionGives()
    {
        var head = SmallNetwork.Head;
        var weights = SmallNetwork.Draw(head.Body, 1);
        var length = head.FeatureShape.Aggregate((product, side) => product * side);
        using var session = HeadSession.Load(Save(HeadGraph.Write(head, weights)), length, head.Classes, maxBatch: 3);
        var random = new Random(1);
        foreach (ref var value in session.FeatureAt(2))
        {
            value = random.NextSingle();
        }

        double[] feature = [.. session.FeatureAt(2).ToArray().Select(value => (double)value)];
        var logits = new NaiveNetwork(weights).Run(head.Body, feature, [length], "").Data;
        session.Run(3);

        var sum = logits.Sum(Math.Exp);
        Assert.All(logits.Zip(session.ProbabilitiesAt(2).ToArray()), pair => Assert.Equal(Math.Exp(pair.First) / sum, pair.Second, 1e-5));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static FeatureDescriptor Descriptor(int[] shape) => new()
    {
        Backbone = new string('0', 64),
        Network = "small",
        Cut = "features",
        Input = new InputSpec(SmallNetwork.Backbone.InputWidth, SmallNetwork.Backbone.InputHeight, 3, InputSpec.BilinearHalfPixel),
        Feature = new FeatureSpec { Shape = shape },
        Encodings = [new EncodingVariant(1, EncodingVariant.Float32, EncodingVariant.Zstandard)],
    };

    private string Save(byte[] file)
    {
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, file);
        return path;
    }
}
