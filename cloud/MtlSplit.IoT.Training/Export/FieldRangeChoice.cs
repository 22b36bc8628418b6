using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Training.Export;

/// <summary>
/// Chooses the ranges that prove a bundle in the field from its answers to images that training did not see. They are made to find a bundle that
/// is broken where it runs (guessing, stuck on one class), and not to take back one that works on a vehicle that sees other things.
/// </summary>
internal static class FieldRangeChoice
{
    // Frames of one camera resemble their neighbours: 200 of them say about as much as 50 that were drawn apart (a design effect of 4).
    private const int Independent = FieldRanges.LeastScored / 4;

    // Of a sound bundle's means, fewer than 1 in 30,000 lie four standard errors too low.
    private const double StandardErrors = 4;

    // How many shares of a sound bundle lie beyond one end. A task has two ends a class, and a fleet many vehicles.
    private const double Beyond = 1e-6;

    // In the field the light is other than in the test images. A third of what a head knows beyond guessing may go.
    private const double ConfidenceThatMayGo = 1.0 / 3;

    /// <summary>Chooses a task's ranges.</summary>
    /// <param name="classes">The predicted class of every image.</param>
    /// <param name="tops">Its probability.</param>
    /// <param name="count">How many classes there are.</param>
    public static FieldRanges Choose(ReadOnlySpan<int> classes, ReadOnlySpan<float> tops, int count)
    {
        var (mean, square) = (0.0, 0.0);
        var predicted = new int[count];
        for (var i = 0; i < tops.Length; i++)
        {
            mean += tops[i] / (double)tops.Length;
            square += (double)tops[i] * tops[i] / tops.Length;
            predicted[classes[i]]++;
        }

        var deviation = Math.Sqrt(Math.Max(0, square - (mean * mean)));
        var images = classes.Length;
        var lost = Math.Max(0, mean - (1.0 / count)) * ConfidenceThatMayGo;
        return new FieldRanges
        {
            // Being surer than on the test images is no fault by itself: where it comes with one answer to everything, the shares show it.
            TopProbability = new FieldRange(Math.Clamp(mean - lost - (StandardErrors * deviation / Math.Sqrt(Independent)), 0, 1), 1),
            ClassShares = [.. predicted.Select(n => Share(n, images, count))],
        };
    }

    /// <summary>
    /// A binomial's quantiles, not multiples of its standard error: a rare class comes in clusters, and its share is anything but normal.
    /// </summary>
    private static FieldRange Share(int predicted, int images, int classes)
    {
        // One image more of each class: what was never seen is rare, not impossible.
        var share = (predicted + 1.0) / (images + classes);
        var (low, high) = (0, Independent);
        for (double below = Probability(0); below < Beyond && low < Independent; below += Probability(low))
        {
            low++;
        }

        for (double above = Probability(Independent); above < Beyond && high > 0; above += Probability(high))
        {
            high--;
        }

        return new FieldRange((double)low / Independent, (double)high / Independent);

        // Of so many of the independent features; by logarithms, since the factors are far from one.
        double Probability(int hits)
        {
            var log = (hits * Math.Log(share)) + ((Independent - hits) * Math.Log(1 - share));
            for (var i = 1; i <= hits; i++)
            {
                log += Math.Log((double)(Independent - hits + i) / i);
            }

            return Math.Exp(log);
        }
    }
}
