using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Networks;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Networks;

public sealed class MobileNetV3SmallTests
{
    private static readonly Dictionary<string, ParameterSpec> Parameters =
        LayerParameters.Of(MobileNetV3Small.Describe(64, 64).Body).ToDictionary(parameter => parameter.Name);

    [Fact]
    public void Parameters_InAll_AreAsManyAsTorchvisions() =>
        Assert.Equal(927_008, Parameters.Values.Where(p => p.Trained).Sum(p => p.Shape.Aggregate(1, (a, b) => a * b)));

    [Theory]
    [InlineData("features.0.0.weight", 16, 3, 3, 3)]
    [InlineData("features.0.1.running_mean", 16)]
    [InlineData("features.1.block.0.0.weight", 16, 1, 3, 3)]
    [InlineData("features.1.block.1.fc1.weight", 8, 16, 1, 1)]
    [InlineData("features.1.block.2.1.bias", 16)]
    [InlineData("features.2.block.1.0.weight", 72, 1, 3, 3)]
    [InlineData("features.4.block.1.0.weight", 96, 1, 5, 5)]
    [InlineData("features.4.block.2.fc2.bias", 96)]
    [InlineData("features.5.block.2.fc1.weight", 64, 240, 1, 1)]
    [InlineData("features.7.block.2.fc1.weight", 32, 120, 1, 1)]
    [InlineData("features.8.block.2.fc1.weight", 40, 144, 1, 1)]
    [InlineData("features.11.block.3.0.weight", 96, 576, 1, 1)]
    [InlineData("features.12.0.weight", 576, 96, 1, 1)]
    [InlineData("features.12.1.running_var", 576)]
    public void Parameter_ByTorchvisionsName_HasItsShape(string name, params int[] shape) =>
        Assert.Equal(shape, Parameters[name].Shape);

    [Fact]
    public void Parameters_OfThePlainBlocks_HaveNoExcitation() =>
        Assert.Equal(
            ["1", "4", "5", "6", "7", "8", "9", "10", "11"],
            Parameters.Keys.Where(name => name.EndsWith("fc1.weight", StringComparison.Ordinal)).Select(name => name.Split('.')[1]));

    [Theory]
    [InlineData(64, 64, 2, 2)]
    [InlineData(224, 224, 7, 7)]
    [InlineData(96, 160, 3, 5)]
    public void Feature_OfAFrame_IsAThirtySecondOfItsSize(int height, int width, int featureHeight, int featureWidth) =>
        Assert.Equal([576, featureHeight, featureWidth], MobileNetV3Small.Describe(height, width).FeatureShape());

    [Fact]
    public void Catalogue_AskedForAnUnknownNetwork_ListsTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentException>(() => NetworkCatalog.Describe("vgg", 64, 64));
        Assert.Contains("mobilenetv3-small, tiny-conv", error.Message);
    }
}
