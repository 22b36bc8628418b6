using MtlSplit.IoT.Training.Joint;
using TorchSharp;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Joint;

/// <summary>Two losses of one number x: (x - 1)² + 1, and (x + 1)² + 1 times a scale. Where each way of combining them ends is known.</summary>
[Collection(TorchTests.Name)]
public sealed class LossCombinationTests
{
    private static readonly TrainingOptions Options = new() { Tasks = ["a", "b"] };

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Sum_EndsAtTheWeightedMean(double scale)
    {
        Assert.Equal((1 - scale) / (1 + scale), Minimum(Options, scale), 0.01);
        Assert.Equal(0, Minimum(Options with { TaskWeights = [scale, 1] }, scale), 0.01);
    }

    // The product is x⁴ + 4 times the scale: its minimum is at 0 whatever the scale.
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(0.001)]
    public void GeometricMean_DoesNotCareAboutScale(double scale) =>
        Assert.Equal(0, Minimum(Options with { Weighting = LossWeighting.Geometric }, scale), 0.12);

    [Fact]
    public void GeometricMean_WithWeights_LeansToTheHeavierOne()
    {
        // d/dx of 3 log((x-1)² + 1) + log((x+1)² + 1) is zero where 3(x-1)((x+1)² + 1) + (x+1)((x-1)² + 1) = 0.
        var x = Minimum(Options with { Weighting = LossWeighting.Geometric, TaskWeights = [3, 1] }, 1);

        Assert.Equal(0, (3 * (x - 1) * (((x + 1) * (x + 1)) + 1)) + ((x + 1) * (((x - 1) * (x - 1)) + 1)), 0.05);
        Assert.True(x > 0.3);
    }

    [Fact]
    public void Geometric_OfOneLossThatIsZero_StaysFinite()
    {
        TorchReady();
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(0.0f, requires_grad: true);

        var total = LossCombination.Combine([x * x, (x * x) + 1], Options with { Weighting = LossWeighting.Geometric });
        total.backward();

        Assert.True(float.IsFinite(total.item<float>()));
        Assert.True(float.IsFinite(x.grad!.item<float>()));
    }

    [Fact]
    public void UncertaintyWeights_AreTheSoftmaxOfTheInverseLosses()
    {
        // e¹ / (e¹ + e^½) and the rest.
        Assert.Equal([0.6225, 0.3775], LossCombination.UncertaintyWeights([1, 2], 1).Select(w => Math.Round(w, 4)));
        Assert.Equal([0.5, 0.5], LossCombination.UncertaintyWeights([1, 2], 1e9).Select(w => Math.Round(w, 6)));
        Assert.Equal([1.0, 0], LossCombination.UncertaintyWeights([0, 2], 1).Select(w => Math.Round(w, 6)));
    }

    [Fact]
    public void Uncertainty_TakesItsWeightsForConstants()
    {
        TorchReady();
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(0.0f, requires_grad: true);

        // Losses 1 and 2 with slopes -2 and +8.
        LossCombination.Combine([((x - 1) * (x - 1)), ((x + 1) * (x + 1)) * 2], Options with { Weighting = LossWeighting.Uncertainty, Temperature = 1 }).backward();

        Assert.Equal((-2 * 0.6225) + (4 * 0.3775), x.grad!.item<float>(), 0.001);
    }

    private static double Minimum(TrainingOptions options, double scale)
    {
        TorchReady();
        using var scope = torch.NewDisposeScope();
        using var x = torch.nn.Parameter(torch.tensor(0.7f));
        using var optimizer = torch.optim.Adam([x], lr: 0.02);
        for (var step = 0; step < 800; step++)
        {
            using var inner = torch.NewDisposeScope();
            var losses = new[] { ((x - 1) * (x - 1)) + 1, (((x + 1) * (x + 1)) + 1) * scale };
            optimizer.zero_grad();
            LossCombination.Combine(losses, options).backward();
            optimizer.step();
        }

        return x.item<float>();
    }

    private static void TorchReady() => MtlSplit.IoT.Training.Native.TorchRuntime.EnsureLoaded();
}
