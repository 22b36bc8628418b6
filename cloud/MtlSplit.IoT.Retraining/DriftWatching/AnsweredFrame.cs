using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.Retraining.Heads;
using MtlSplit.IoT.SampleStore.Queries;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>A recorded frame as the head in use answers it.</summary>
/// <param name="Observation">The answer and the pooled feature.</param>
/// <param name="Right">Whether it is the label's; null: there is none, or its class is not one of the head's.</param>
internal readonly record struct AnsweredFrame(Observation Observation, bool? Right)
{
    /// <summary>Lets a head answer samples. Those with a value that is no number are left out: vehicles publish none such.</summary>
    public static List<AnsweredFrame> Of(HeadRelease head, FeatureDescriptor descriptor, SampleSet samples, CancellationToken ct)
    {
        var classes = head.Manifest.Classes.ToList();
        var finite = samples.Samples.Where(sample => Array.TrueForAll(sample.Feature, float.IsFinite)).ToList();
        List<AnsweredFrame> answered = new(finite.Count);
        HeadAnswers.Of(
            head.OnnxPath,
            classes.Count,
            finite.ConvertAll(sample => sample.Feature),
            (place, probabilities) =>
            {
                var sample = finite[place];
                var observation = new Observation(sample.Frame, sample.Vehicle, sample.CapturedAt, probabilities.ToArray(), PooledFeature.Of(sample.Feature, descriptor.Feature.Shape[0]));
                var truth = sample.Label is null ? -1 : classes.IndexOf(sample.Label);
                answered.Add(new AnsweredFrame(observation, truth < 0 ? null : truth == observation.Class));
            },
            ct);
        return answered;
    }
}
