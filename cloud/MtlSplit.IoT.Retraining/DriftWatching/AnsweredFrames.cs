using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Drift.Observing;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.SampleStore.Queries;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>Lets the head in use answer recorded features, through the engine that serves it. One thread at a time.</summary>
internal sealed class AnsweredFrames(HeadRelease head, FeatureDescriptor descriptor) : IDisposable
{
    private const int Batch = 64;

    private readonly HeadSession _session = HeadSession.Load(head.OnnxPath, descriptor.Feature.Length, head.Manifest.Classes.Length, Batch);

    /// <summary>Answers samples. Those with a value that is no number are left out: their vehicles have published none such.</summary>
    public List<AnsweredFrame> Of(SampleSet samples, CancellationToken ct)
    {
        List<AnsweredFrame> answered = [];
        var channels = descriptor.Feature.Shape[0];
        foreach (var batch in samples.Samples.Where(sample => Array.TrueForAll(sample.Feature, float.IsFinite)).Chunk(Batch))
        {
            ct.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Length; row++)
            {
                batch[row].Feature.CopyTo(_session.FeatureAt(row));
            }

            _session.Run(batch.Length);
            for (var row = 0; row < batch.Length; row++)
            {
                var sample = batch[row];
                var observation = new Observation(sample.Frame, sample.Vehicle, sample.CapturedAt, _session.ProbabilitiesAt(row).ToArray(), PooledFeature.Of(sample.Feature, channels));
                var truth = sample.Label is null ? -1 : Array.IndexOf([.. head.Manifest.Classes], sample.Label);
                answered.Add(new AnsweredFrame(observation, truth < 0 ? null : truth == observation.Class));
            }
        }

        return answered;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
