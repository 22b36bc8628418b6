using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Drift.Estimating;

/// <summary>
/// Estimates accuracy without labels by average thresholded confidence (Garg et al., 2022): on labelled frames a threshold is chosen such that as many frames lie above it as were answered rightly; the
/// share above it elsewhere is the estimate. It holds where a head is as sure of what is new as of what it knows to be right; a head that is wrong and sure of it is not seen. Immutable.
/// </summary>
public sealed class AccuracyEstimator
{
    private readonly double _threshold;

    private AccuracyEstimator(double threshold, int labelled, double accuracy) => (_threshold, Labelled, MeasuredAccuracy) = (threshold, labelled, accuracy);

    /// <summary>On how many labelled frames the threshold rests.</summary>
    public int Labelled { get; }

    /// <summary>Accuracy on those.</summary>
    public double MeasuredAccuracy { get; }

    /// <summary>Chooses the threshold.</summary>
    /// <param name="labelled">Frames and whether they were answered rightly.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static AccuracyEstimator Fit(IReadOnlyList<(Observation Observation, bool Right)> labelled)
    {
        if (labelled.Count == 0)
        {
            throw new ArgumentException("Without labelled frames there is nothing to estimate from.", nameof(labelled));
        }

        var scores = labelled.Select(l => Score(l.Observation)).Order().ToArray();
        var wrong = labelled.Count(l => !l.Right);
        // As many scores lie below the threshold as were wrong. Where none was, whoever is less sure than all of them counts as wrong.
        var threshold = wrong == 0 ? Math.BitDecrement(scores[0]) : wrong == scores.Length ? scores[^1] : (scores[wrong - 1] + scores[wrong]) / 2;
        return new AccuracyEstimator(threshold, labelled.Count, 1 - ((double)wrong / labelled.Count));
    }

    /// <summary>The estimate for frames without labels.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public double Estimate(IReadOnlyCollection<Observation> observations) =>
        observations.Count == 0 ? throw new ArgumentException("There are no frames.", nameof(observations)) : (double)observations.Count(o => Score(o) > _threshold) / observations.Count;

    // Negative entropy, which the authors found better than the highest probability.
    private static double Score(Observation observation) => observation.Probabilities.Sum(p => p > 0 ? p * Math.Log(p) : 0);
}
