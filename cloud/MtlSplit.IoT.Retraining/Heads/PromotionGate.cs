using System.Globalization;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>Decides whether a new head may replace the one in use. Pure: the same numbers give the same answer.</summary>
/// <param name="minLabels">Labelled samples needed.</param>
/// <param name="tolerance">How much accuracy may be lost at worst, as a share.</param>
internal sealed class PromotionGate(int minLabels, double tolerance)
{
    /// <summary>Fewer held-out samples than this say nothing.</summary>
    public const int MinHeldOut = 30;

    /// <summary>Before training: is there enough to train on and to compare on? Null where there is.</summary>
    public GateVerdict? Check(HeadSnapshot snapshot)
    {
        var counts = $"{snapshot.Samples.Count} labelled samples ({snapshot.Training.Count} for training, {snapshot.HeldOut.Count} held out)";
        if (snapshot.Samples.Count < minLabels)
        {
            return new GateVerdict(GateDecision.TooFewSamples, $"There are {counts}; {minLabels} are needed.");
        }

        if (snapshot.HeldOut.Count < MinHeldOut || snapshot.Training.Count < MinHeldOut)
        {
            return new GateVerdict(GateDecision.TooFewSamples, $"There are {counts}; {MinHeldOut} on either side are needed.");
        }

        var present = snapshot.Training.Select(s => s.Class).Distinct().Count();
        return present < 2
            ? new GateVerdict(GateDecision.TooFewSamples, $"There are {counts}, but of {present} of the {snapshot.Classes.Count} classes; 2 are needed.")
            : null;
    }

    /// <summary>After training: may it replace the head in use?</summary>
    /// <param name="comparison">Both heads on the held-out samples.</param>
    /// <param name="learned">Whether training changed the head at all.</param>
    public GateVerdict Decide(PairedComparison comparison, bool learned)
    {
        var numbers = string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy {comparison.Challenger.Value:0.0000} against {comparison.Current.Value:0.0000} on {comparison.Samples} held-out samples, difference {comparison.Difference.Value:+0.0000;-0.0000;0.0000} with 95 % interval [{comparison.Difference.Low:+0.0000;-0.0000;0.0000}, {comparison.Difference.High:+0.0000;-0.0000;0.0000}]");
        if (!learned)
        {
            return new GateVerdict(GateDecision.NothingLearned, $"Training found nothing better than the head in use: {numbers}.");
        }

        return comparison.Difference.Low < -tolerance
            ? new GateVerdict(GateDecision.Worse, string.Create(CultureInfo.InvariantCulture, $"It may be worse by more than the tolerated {tolerance:0.####}: {numbers}."))
            : new GateVerdict(GateDecision.Accepted, $"Not worse: {numbers}.");
    }
}
