using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Networks;
using TorchSharp;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class TorchNetworkTests
{
    [Fact]
    public void Forward_OfMobileNet_GivesTheDescribedFeature()
    {
        var described = MobileNetV3Small.Describe(64, 64);
        using var network = new TorchNetwork(described.Body);
        using var scope = torch.NewDisposeScope();

        Assert.Equal([2, 576, 2, 2], network.Forward(torch.rand(2, 3, 64, 64)).shape);
        Assert.Equal(927_008, network.Parameters.Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void Save_ThenLoadIntoAnother_MakesThemComputeTheSame()
    {
        var body = TinyConvNet.Describe(16, 16).Body;
        using var first = new TorchNetwork(body) { Training = true };
        using var second = new TorchNetwork(body);
        using var scope = torch.NewDisposeScope();
        var input = torch.rand(4, 3, 16, 16);
        // Moves the running statistics away from their start.
        first.Forward(input);
        first.Training = false;
        second.Load(first.Save());

        Assert.True(first.Forward(input).equal(second.Forward(input)).all().item<bool>());
    }

    [Fact]
    public void Load_OfAnotherNetworksWeights_NamesTheTensor()
    {
        using var small = new TorchNetwork(Sequential.Of(new Linear(4, 2)));
        using var large = new TorchNetwork(Sequential.Of(new Linear(4, 3)));

        Assert.Equal("0.weight", Assert.Throws<WeightsException>(() => large.Load(small.Save())).Tensor);
    }

    [Fact]
    public void Constructor_WithALayerOfAnUnknownKind_NamesIt()
    {
        var error = Assert.Throws<UnsupportedLayerException>(() => new TorchNetwork(Sequential.Named("features", Sequential.Of(new Strange()))));
        Assert.Equal(("features.0", nameof(Strange)), (error.Path, error.LayerType));
    }

    [Fact]
    public void Forward_OfEachActivation_IsItsFormula()
    {
        using var scope = torch.NewDisposeScope();
        float[] inputs = [-4, -3, -1, 0, 1, 2.5f, 3, 5];
        foreach (var (kind, formula) in new (ActivationKind, Func<float, float>)[]
        {
            (ActivationKind.ReLU, x => Math.Max(x, 0)),
            (ActivationKind.HardSigmoid, x => Math.Clamp((x / 6) + 0.5f, 0, 1)),
            (ActivationKind.HardSwish, x => x * Math.Clamp((x / 6) + 0.5f, 0, 1)),
        })
        {
            using var network = new TorchNetwork(new Activation(kind));
            var outputs = network.Forward(torch.tensor(inputs)).data<float>().ToArray();
            Assert.All(inputs.Zip(outputs), pair => Assert.Equal(formula(pair.First), pair.Second, 5));
        }
    }

    private sealed record Strange : Layer;
}
