using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Heads;

/// <summary>Samples split in two, as tensors. Disposing frees them.</summary>
internal sealed class HeadData : IDisposable
{
    private readonly Tensor _features;
    private readonly Tensor _labels;
    private readonly long[] _training;
    private readonly long[] _validation;

    public HeadData(HeadSamples samples, ReadOnlySpan<int> validation, ReadOnlySpan<int> training, bool balance)
    {
        using var scope = NewDisposeScope();
        _features = frombuffer(samples.Features, ScalarType.Float32).reshape(samples.Count, samples.Length).DetachFromDisposeScope();
        _labels = tensor(Array.ConvertAll(samples.Labels, label => (long)label)).DetachFromDisposeScope();
        _training = Array.ConvertAll(training.ToArray(), index => (long)index);
        _validation = Array.ConvertAll(validation.ToArray(), index => (long)index);
        ClassWeights = balance ? Weights(samples, training).DetachFromDisposeScope() : null;
    }

    /// <summary>The weight of each class in the loss, [classes], or null when all samples weigh the same.</summary>
    public Tensor? ClassWeights { get; }

    public int TrainingCount => _training.Length;

    public int ValidationCount => _validation.Length;

    /// <summary>Training samples by their positions in the training part.</summary>
    public (Tensor Features, Tensor Labels) Training(ReadOnlySpan<int> positions)
    {
        var indices = new long[positions.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = _training[positions[i]];
        }

        return Pick(indices);
    }

    /// <summary>A run of validation samples.</summary>
    public (Tensor Features, Tensor Labels) Validation(int from, int count) => Pick(_validation[from..(from + count)]);

    public void Dispose()
    {
        _features.Dispose();
        _labels.Dispose();
        ClassWeights?.Dispose();
    }

    private (Tensor Features, Tensor Labels) Pick(long[] indices)
    {
        var chosen = tensor(indices);
        return (_features.index_select(0, chosen), _labels.index_select(0, chosen));
    }

    // Weights that make every class that occurs count the same, one on average over the samples.
    private static Tensor Weights(HeadSamples samples, ReadOnlySpan<int> training)
    {
        var counts = new int[samples.Task.Classes.Count];
        foreach (var index in training)
        {
            counts[samples.Labels[index]]++;
        }

        var present = counts.Count(count => count > 0);
        float total = training.Length;
        return tensor(Array.ConvertAll(counts, count => count == 0 ? 0f : total / (present * count)));
    }
}
