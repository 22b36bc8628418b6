using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Heads;

/// <summary>Stored features of one contract with the true class of each, for one task.</summary>
public sealed class HeadSamples
{
    /// <summary>Wraps features and labels without copying them.</summary>
    /// <param name="task">The task.</param>
    /// <param name="featureShape">The feature's shape [C, h, w].</param>
    /// <param name="features">The features, one after another, each in the shape's order.</param>
    /// <param name="labels">The true class of each.</param>
    /// <exception cref="ArgumentException">Counts do not match, or a label is no class of the task.</exception>
    public HeadSamples(TaskSpec task, IReadOnlyList<int> featureShape, float[] features, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(featureShape);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        Length = featureShape.Aggregate(1, (product, side) => checked(product * side));
        if (features.LongLength != (long)labels.Length * Length)
        {
            throw new ArgumentException($"{labels.Length} features of {Length} values are {(long)labels.Length * Length} values, not {features.LongLength}.", nameof(features));
        }

        var wrong = Array.FindIndex(labels, label => label < 0 || label >= task.Classes.Count);
        if (wrong >= 0)
        {
            throw new ArgumentException($"Label {labels[wrong]} of sample {wrong} is none of the {task.Classes.Count} classes of '{task.Name}'.", nameof(labels));
        }

        (Task, FeatureShape, Features, Labels) = (task, featureShape, features, labels);
    }

    /// <summary>The task.</summary>
    public TaskSpec Task { get; }

    /// <summary>The feature's shape [C, h, w].</summary>
    public IReadOnlyList<int> FeatureShape { get; }

    /// <summary>Values in a feature.</summary>
    public int Length { get; }

    /// <summary>How many samples there are.</summary>
    public int Count => Labels.Length;

    internal float[] Features { get; }

    internal int[] Labels { get; }
}
