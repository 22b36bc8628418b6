using System.Numerics.Tensors;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>A head's answers about stored features, through the same engine that serves it.</summary>
internal static class HeadAnswers
{
    private const int Batch = 64;

    /// <summary>Hands over one answer after the other.</summary>
    /// <param name="onnxPath">The head.</param>
    /// <param name="classes">How many classes it has.</param>
    /// <param name="features">The features, all of one length.</param>
    /// <param name="answered">Gets a feature's place and its probabilities, which are there during the call only.</param>
    /// <param name="ct">Stops between batches.</param>
    /// <exception cref="InferenceModelException">The head cannot be loaded or run.</exception>
    public static void Of(string onnxPath, int classes, IReadOnlyList<float[]> features, Action<int, ReadOnlySpan<float>> answered, CancellationToken ct)
    {
        if (features.Count == 0)
        {
            return;
        }

        using var session = HeadSession.Load(onnxPath, features[0].Length, classes, Batch);
        for (var start = 0; start < features.Count; start += Batch)
        {
            ct.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, features.Count - start);
            for (var row = 0; row < count; row++)
            {
                features[start + row].CopyTo(session.FeatureAt(row));
            }

            session.Run(count);
            for (var row = 0; row < count; row++)
            {
                answered(start + row, session.ProbabilitiesAt(row));
            }
        }
    }

    /// <summary>The most probable class of each feature.</summary>
    /// <exception cref="InferenceModelException">The head cannot be loaded or run.</exception>
    public static int[] TopClasses(string onnxPath, int classes, IReadOnlyList<float[]> features, CancellationToken ct)
    {
        var tops = new int[features.Count];
        Of(onnxPath, classes, features, (place, probabilities) => tops[place] = TensorPrimitives.IndexOfMax(probabilities), ct);
        return tops;
    }
}
