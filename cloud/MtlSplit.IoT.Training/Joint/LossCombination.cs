using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>Makes one loss of several.</summary>
internal static class LossCombination
{
    // Losses are means over a batch; one below this is as good as zero, and its logarithm's gradient would drown the others.
    private const double Least = 1e-6;

    /// <summary>The loss to follow; scalar, and differentiable through every loss that has a weight.</summary>
    /// <param name="losses">One scalar a task, not negative.</param>
    /// <param name="options">How.</param>
    public static Tensor Combine(IReadOnlyList<Tensor> losses, TrainingOptions options) => options.Weighting switch
    {
        LossWeighting.Geometric => Sum(losses, i => Share(options, losses.Count, i), static loss => loss.clamp_min(Least).log()).exp(),
        LossWeighting.Uncertainty => Uncertain(losses, options.Temperature!.Value),
        _ => Sum(losses, options.WeightOf, static loss => loss),
    };

    /// <summary>The weights of the uncertainty weighting; they sum to one, and the smallest loss has the greatest.</summary>
    /// <param name="losses">The losses.</param>
    /// <param name="temperature">Towards infinity all weights are equal, towards zero the smallest loss takes all.</param>
    public static double[] UncertaintyWeights(IReadOnlyList<double> losses, double temperature)
    {
        var inverse = losses.Select(loss => 1 / Math.Max(loss, Least) / temperature).ToArray();
        var most = inverse.Max();
        var powers = Array.ConvertAll(inverse, value => Math.Exp(value - most));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }

    private static Tensor Uncertain(IReadOnlyList<Tensor> losses, double temperature)
    {
        var weights = UncertaintyWeights([.. losses.Select(loss => (double)loss.item<float>())], temperature);
        return Sum(losses, i => weights[i], static loss => loss);
    }

    private static Tensor Sum(IReadOnlyList<Tensor> losses, Func<int, double> weightOf, Func<Tensor, Tensor> of)
    {
        Tensor? total = null;
        for (var i = 0; i < losses.Count; i++)
        {
            var weighted = of(losses[i]) * weightOf(i);
            total = total is null ? weighted : total + weighted;
        }

        return total!;
    }

    private static double Share(TrainingOptions options, int tasks, int task) => options.WeightOf(task) / Enumerable.Range(0, tasks).Sum(options.WeightOf);
}
