using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.OnnxAuthoring.Tests.Networks;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Graphs;

public sealed class BackboneGraphTests
{
    private sealed record Mish : Layer;

    [Fact]
    public async Task Write_OfEveryLayer_PassesTheIndependentChecker()
    {
        var file = BackboneGraph.Write(SmallNetwork.Backbone, SmallNetwork.Draw(SmallNetwork.Backbone.Body, 1));

        var seen = await PythonChecker.DescribeAsync(file);

        Assert.Contains("8 17 producer=MtlSplit.IoT", seen, StringComparison.Ordinal);
        Assert.Contains("frame ['N', 12, 10, 3] 2", seen, StringComparison.Ordinal);
        Assert.Contains("feature ['N', 6, 4, 3] 1", seen, StringComparison.Ordinal);
        Assert.Contains("HardSwish features.0.2", seen, StringComparison.Ordinal);
        Assert.Contains("Mul features.1.block.1.scale", seen, StringComparison.Ordinal);
        Assert.Contains("mtlsplit.preprocessing=divide by 255", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Dropout", seen, StringComparison.Ordinal);
        Assert.Single(seen.Split('\n'), line => line.StartsWith("BatchNormalization ", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        var metadata = new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" };

        Assert.Equal(
            BackboneGraph.Write(SmallNetwork.Backbone, SmallNetwork.Draw(SmallNetwork.Backbone.Body, 2), metadata),
            BackboneGraph.Write(SmallNetwork.Backbone, SmallNetwork.Draw(SmallNetwork.Backbone.Body, 2), metadata.Reverse().ToDictionary()));
    }

    [Fact]
    public void Write_OfAnUnknownLayer_NamesItsTypeAndPath()
    {
        var network = new BackboneNetwork("odd", 4, 4, Sequential.Named("features", Sequential.Of(new Conv2d(3, 3, 1), new Mish())));

        var exception = Assert.Throws<UnsupportedLayerException>(() => BackboneGraph.Write(network, new NetworkWeights()));

        Assert.Equal("features.1", exception.Path);
        Assert.Equal("Mish", exception.LayerType);
        Assert.Contains("'features.1' of type Mish", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfANetworkThatEndsFlat_IsRefused() =>
        Assert.Contains(
            "[C, h, w]",
            Assert.Throws<UnsupportedLayerException>(() => BackboneGraph.Write(new BackboneNetwork("flat", 2, 2, new Flatten()), new NetworkWeights())).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task Write_OfANetworkThatDoesNothing_StillNamesItsOutput() =>
        Assert.Contains(
            "feature ['N', 3, 2, 2] 1",
            await PythonChecker.DescribeAsync(BackboneGraph.Write(new BackboneNetwork("none", 2, 2, new Dropout(0.1)), new NetworkWeights())),
            StringComparison.Ordinal);

    [Fact]
    public void Write_WithoutAWeight_NamesIt()
    {
        var weights = SmallNetwork.With(SmallNetwork.Draw(SmallNetwork.Backbone.Body, 1), "features.1.block.1.fc2.bias", null, null);

        Assert.Equal("features.1.block.1.fc2.bias", Assert.Throws<WeightsException>(() => BackboneGraph.Write(SmallNetwork.Backbone, weights)).Tensor);
    }

    [Fact]
    public void Write_WithAWeightOfAWrongShape_NamesItAndBothShapes()
    {
        var weights = SmallNetwork.With(SmallNetwork.Draw(SmallNetwork.Backbone.Body, 1), "features.0.0.weight", [8, 3, 3], new float[72]);

        var message = Assert.Throws<WeightsException>(() => BackboneGraph.Write(SmallNetwork.Backbone, weights)).Message;

        Assert.Contains("'features.0.0.weight' has shape [8, 3, 3], not [8, 3, 3, 3]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WithAWeightThatIsNotFinite_NamesIt()
    {
        var weights = SmallNetwork.With(SmallNetwork.Draw(SmallNetwork.Backbone.Body, 1), "features.4.bias", [6], [0, 0, float.NaN, 0, 0, 0]);

        Assert.Equal("features.4.bias", Assert.Throws<WeightsException>(() => BackboneGraph.Write(SmallNetwork.Backbone, weights)).Tensor);
    }

    [Fact]
    public void Write_WithAWeightOfNoLayer_NamesIt()
    {
        var weights = SmallNetwork.With(SmallNetwork.Draw(SmallNetwork.Backbone.Body, 1), "classifier.0.weight", [1], [0]);

        Assert.Equal("classifier.0.weight", Assert.Throws<WeightsException>(() => BackboneGraph.Write(SmallNetwork.Backbone, weights)).Tensor);
    }

    [Fact]
    public void Write_WithMetadataOfTheWriters_IsRefused() =>
        Assert.Throws<ArgumentException>(() => BackboneGraph.Write(
            SmallNetwork.Backbone,
            SmallNetwork.Draw(SmallNetwork.Backbone.Body, 1),
            new Dictionary<string, string> { ["mtlsplit.kind"] = "head" }));
}
