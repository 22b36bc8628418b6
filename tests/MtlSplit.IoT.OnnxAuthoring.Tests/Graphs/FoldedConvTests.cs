using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Graphs;

public sealed class FoldedConvTests
{
    [Fact]
    public void Fold_OfOneChannel_MatchesTheFormula()
    {
        var folded = FoldedConv.Fold(new Conv2d(1, 1, 1), "c", new BatchNorm2d(1, 0), "n", Weights(variance: 4f));

        // (2x + 1 - 3) / 2 * 5 + 7
        Assert.Equal([5f], folded.Weight);
        Assert.Equal([2f], folded.Bias);
    }

    [Fact]
    public void Fold_OfANegativeVariance_NamesTheTensor() =>
        Assert.Equal(
            "n.running_var",
            Assert.Throws<WeightsException>(() => FoldedConv.Fold(new Conv2d(1, 1, 1), "c", new BatchNorm2d(1, 0.001), "n", Weights(variance: -1f))).Tensor);

    private static NetworkWeights Weights(float variance)
    {
        var weights = new NetworkWeights();
        weights.Add("c.weight", [1, 1, 1, 1], new float[] { 2 });
        weights.Add("c.bias", [1], new float[] { 1 });
        weights.Add("n.weight", [1], new float[] { 5 });
        weights.Add("n.bias", [1], new float[] { 7 });
        weights.Add("n.running_mean", [1], new float[] { 3 });
        weights.Add("n.running_var", [1], new[] { variance });
        return weights;
    }
}
