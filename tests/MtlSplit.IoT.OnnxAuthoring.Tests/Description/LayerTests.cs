using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Tests.Networks;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Description;

public sealed class LayerTests
{
    [Fact]
    public void Parameters_OfANestedNetwork_AreNamedAsTorchvisionNamesThem()
    {
        var names = LayerParameters.Of(SmallNetwork.Backbone.Body).Select(parameter => parameter.Name).ToList();

        Assert.Equal("features.0.0.weight", names[0]);
        Assert.Contains("features.0.1.running_var", names);
        Assert.Contains("features.1.block.0.0.weight", names);
        Assert.Contains("features.1.block.1.fc1.bias", names);
        Assert.DoesNotContain("features.0.0.bias", names);
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void Parameters_OfThePapersHead_AreZeroAndThree() =>
        Assert.Equal(
            ["0.weight [5, 72]", "0.bias [5]", "3.weight [4, 5]", "3.bias [4]"],
            LayerParameters.Of(SmallNetwork.Head.Body).Select(parameter => $"{parameter.Name} [{string.Join(", ", parameter.Shape)}]"));

    [Theory]
    [InlineData(3, 2, 1, 64, 32)]
    [InlineData(3, 2, 1, 5, 3)]
    [InlineData(5, 1, 2, 7, 7)]
    [InlineData(3, 1, 0, 3, 1)]
    [InlineData(1, 2, 0, 4, 2)]
    public void Shape_OfAConvolution_FollowsKernelStrideAndPadding(int kernel, int stride, int padding, int side, int expected) =>
        Assert.Equal([7, expected, expected], LayerShapes.Infer(new Conv2d(3, 7, kernel, stride, padding), [3, side, side]));

    [Fact]
    public void Shape_OfAConvolutionOnTooSmallAnImage_IsRefusedByPath()
    {
        var network = Sequential.Named("features", Sequential.Of(new Conv2d(3, 3, 1), new Conv2d(3, 3, 7)));

        var exception = Assert.Throws<UnsupportedLayerException>(() => LayerShapes.Infer(network, [3, 4, 4]));

        Assert.Equal("features.1", exception.Path);
        Assert.Contains("Conv2d", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shape_OfAResidualWhoseBodyShrinks_IsRefused() =>
        Assert.Contains(
            "[3, 4, 4] into [3, 2, 2]",
            Assert.Throws<UnsupportedLayerException>(() => LayerShapes.Infer(new Residual(new Conv2d(3, 3, 1, 2)), [3, 4, 4], "x")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Shape_OfALinearOnAnImage_IsRefused() =>
        Assert.Throws<UnsupportedLayerException>(() => LayerShapes.Infer(new Linear(48, 2), [3, 4, 4]));

    [Fact]
    public void Descriptions_OfTheSameLayers_AreEqual()
    {
        Assert.Equal(HeadNetwork.OfPaper("a", [6, 2, 2], 3).Body, HeadNetwork.OfPaper("b", [6, 2, 2], 3).Body);
        Assert.NotEqual(HeadNetwork.OfPaper("a", [6, 2, 2], 3).Body, HeadNetwork.OfPaper("a", [6, 2, 2], 4).Body);
    }

    [Fact]
    public void Weights_WithAWrongNumberOfValues_AreRefused()
    {
        var weights = new NetworkWeights();

        Assert.Throws<ArgumentException>(() => weights.Add("a", [2, 3], new float[5]));
        Assert.Throws<ArgumentException>(() => weights.Add("b", [-1, -5], new float[5]));
    }
}
