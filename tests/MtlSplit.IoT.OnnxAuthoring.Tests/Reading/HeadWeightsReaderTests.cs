using CsCheck;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.OnnxAuthoring.Reading;
using MtlSplit.IoT.OnnxAuthoring.Tests.Networks;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Reading;

public sealed class HeadWeightsReaderTests
{
    [Fact]
    public void Read_OfAWrittenHead_GivesTheSameWeightsBitForBit()
    {
        var weights = SmallNetwork.Draw(SmallNetwork.Head.Body, 3);

        var read = HeadWeightsReader.Read(HeadGraph.Write(SmallNetwork.Head, weights), "head.onnx");

        read.RequireExactly(SmallNetwork.Head.Body);
        foreach (var name in weights.Names)
        {
            Assert.True(weights.TryGet(name, out var expected));
            Assert.True(read.TryGet(name, out var actual));
            Assert.Equal(expected.Data.ToArray(), actual.Data.ToArray());
        }
    }

    [Fact]
    public void Read_OfABackbone_IsRefused() =>
        Assert.Contains(
            "not a head",
            Assert.Throws<OnnxReadException>(() => HeadWeightsReader.Read(
                BackboneGraph.Write(SmallNetwork.Backbone, SmallNetwork.Draw(SmallNetwork.Backbone.Body, 1)), "backbone.onnx")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_OfAMissingFile_NamesIt() =>
        Assert.Equal("/nowhere/head.onnx", Assert.Throws<OnnxReadException>(() => HeadWeightsReader.Read("/nowhere/head.onnx")).File);

    [Fact]
    public void Read_OfADamagedFile_EitherReadsOrNamesTheFile()
    {
        var file = HeadGraph.Write(SmallNetwork.Head, SmallNetwork.Draw(SmallNetwork.Head.Body, 3));
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte, Gen.Int[0, file.Length]).Sample((index, value, length) =>
        {
            var damaged = file.AsSpan(0, length).ToArray();
            if (index < length)
            {
                damaged[index] = value;
            }

            try
            {
                HeadWeightsReader.Read(damaged, "damaged.onnx");
            }
            catch (OnnxReadException exception)
            {
                Assert.Contains("damaged.onnx", exception.Message, StringComparison.Ordinal);
            }
        });
    }
}
