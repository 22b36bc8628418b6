using System.Numerics.Tensors;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>A head's answers on held-out samples, through the same engine that serves it.</summary>
internal static class HeldOutAnswers
{
    private const int Batch = 64;

    /// <summary>The most probable class of each sample.</summary>
    /// <exception cref="InferenceModelException">The head cannot be loaded or run.</exception>
    public static int[] Of(string onnxPath, int classes, IReadOnlyList<SnapshotSample> samples, CancellationToken ct)
    {
        var answers = new int[samples.Count];
        if (samples.Count == 0)
        {
            return answers;
        }

        using var session = HeadSession.Load(onnxPath, samples[0].Feature.Length, classes, Batch);
        for (var start = 0; start < samples.Count; start += Batch)
        {
            ct.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, samples.Count - start);
            for (var row = 0; row < count; row++)
            {
                samples[start + row].Feature.CopyTo(session.FeatureAt(row));
            }

            session.Run(count);
            for (var row = 0; row < count; row++)
            {
                answers[start + row] = TensorPrimitives.IndexOfMax(session.ProbabilitiesAt(row));
            }
        }

        return answers;
    }
}
