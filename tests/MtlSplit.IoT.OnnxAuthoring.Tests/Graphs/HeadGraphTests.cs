using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.OnnxAuthoring.Tests.Networks;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Graphs;

public sealed class HeadGraphTests
{
    [Fact]
    public async Task Write_OfThePapersHead_PassesTheIndependentChecker()
    {
        var file = HeadGraph.Write(SmallNetwork.Head, SmallNetwork.Draw(SmallNetwork.Head.Body, 1), new Dictionary<string, string> { ["parent"] = "h1" });

        var seen = await PythonChecker.DescribeAsync(file);

        Assert.Contains("feature ['N', 6, 4, 3] 1\nlogits ['N', 4] 1\nprobabilities ['N', 4] 1", seen, StringComparison.Ordinal);
        Assert.Contains("Flatten flatten\nGemm 0\nRelu 2\nGemm 3\nSoftmax softmax", seen, StringComparison.Ordinal);
        Assert.Contains("parent=h1", seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfAHeadWithOtherClasses_IsRefused()
    {
        var head = SmallNetwork.Head with { Classes = 5 };

        Assert.Contains(
            "the head of shape ends in [4], not [5]",
            Assert.Throws<UnsupportedLayerException>(() => HeadGraph.Write(head, SmallNetwork.Draw(head.Body, 1))).Message,
            StringComparison.Ordinal);
    }
}
