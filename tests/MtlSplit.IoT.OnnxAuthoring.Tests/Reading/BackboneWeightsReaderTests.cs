using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.OnnxAuthoring.Reading;
using MtlSplit.IoT.OnnxAuthoring.Tests.Networks;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Reading;

public sealed class BackboneWeightsReaderTests
{
    private static readonly byte[] File = BackboneGraph.Write(SmallNetwork.Backbone, SmallNetwork.Draw(SmallNetwork.Backbone.Body, 3));

    [Fact]
    public void Read_OfAWrittenBackbone_ComputesTheSame()
    {
        var weights = SmallNetwork.Draw(SmallNetwork.Backbone.Body, 3);
        var read = BackboneWeightsReader.Read(File, "backbone.onnx", SmallNetwork.Backbone);

        read.RequireExactly(SmallNetwork.Backbone.Body);
        var frame = Enumerable.Range(0, 3 * 12 * 10).Select(i => i * 37 % 256 / 255.0).ToArray();
        var expected = new NaiveNetwork(weights).Run(SmallNetwork.Backbone.Body, frame, [3, 12, 10], "");
        var actual = new NaiveNetwork(read).Run(SmallNetwork.Backbone.Body, frame, [3, 12, 10], "");
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.All(expected.Data.Zip(actual.Data), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Read_OfAHead_IsRefused() =>
        Assert.Contains(
            "not a backbone",
            Assert.Throws<OnnxReadException>(() => BackboneWeightsReader.Read(
                HeadGraph.Write(SmallNetwork.Head, SmallNetwork.Draw(SmallNetwork.Head.Body, 1)), "head.onnx", SmallNetwork.Backbone)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_AsAnotherNetwork_NamesBoth()
    {
        var message = Assert.Throws<OnnxReadException>(() => BackboneWeightsReader.Read(File, "backbone.onnx", SmallNetwork.Backbone with { Name = "large" })).Message;

        Assert.Contains("'small'", message, StringComparison.Ordinal);
        Assert.Contains("'large'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAMissingFile_NamesIt() =>
        Assert.Equal("/nowhere/b.onnx", Assert.Throws<OnnxReadException>(() => BackboneWeightsReader.Read("/nowhere/b.onnx", SmallNetwork.Backbone)).File);
}
