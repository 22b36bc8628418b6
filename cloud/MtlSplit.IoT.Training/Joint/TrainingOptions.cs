using MtlSplit.IoT.Training.Disturbances;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>Everything that decides what a training run computes, apart from its data.</summary>
public sealed record TrainingOptions
{
    /// <summary>The shared network's name, as in the catalogue.</summary>
    public string Network { get; init; } = "mobilenetv3-small";

    /// <summary>The tasks to train together; one of them gives the single-task baseline.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The weight of each task's loss in the sum; empty means 1 for all.</summary>
    public IReadOnlyList<double> TaskWeights { get; init; } = [];

    /// <summary>How the tasks' losses become one.</summary>
    public LossWeighting Weighting { get; init; }

    /// <summary>
    /// The temperature of <see cref="LossWeighting.Uncertainty"/>, which must be given: about the inverse of the losses near the end, such as 50 for cross-entropies around 0.02. With one far below it the
    /// task that is best takes all the weight, and the others stop learning.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>The digest of the bundle whose heads shall be able to read the new network's features; null: none.</summary>
    public string? CompatibleWith { get; init; }

    /// <summary>The weight of those heads' loss beside that of the tasks; 0 where there are none.</summary>
    public double CompatibilityWeight { get; init; }

    /// <summary>How often the data is gone through.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Samples a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>AdamW's learning rate in the first epochs.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>The learning rate is multiplied by <see cref="RateFactor"/> every so many epochs; 0 means half of <see cref="Epochs"/>.</summary>
    public int RateStepEpochs { get; init; }

    /// <summary>What the learning rate is multiplied by.</summary>
    public double RateFactor { get; init; } = 0.1;

    /// <summary>Whether images get their colour channels shuffled.</summary>
    public bool ShuffleChannels { get; init; }

    /// <summary>Disturbances that training images get, as they are written; none unless given.</summary>
    // Files of earlier versions do not have it, and their reader then sets null.
    public IReadOnlyList<string> Augment { get; init => field = value ?? []; } = [];

    /// <summary>The digest of the bundle whose weights training begins with; null: fresh ones.</summary>
    public string? Start { get; init; }

    /// <summary>Decides initial weights, order and augmentation.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads the engine computes with; results depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The learning rate of an epoch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    public double RateAt(int epoch)
    {
        var step = RateStepEpochs > 0 ? RateStepEpochs : Math.Max(1, Epochs / 2);
        return LearningRate * Math.Pow(RateFactor, epoch / step);
    }

    /// <summary>The weight of a task's loss.</summary>
    /// <param name="task">The task's position in <see cref="Tasks"/>.</param>
    public double WeightOf(int task) => TaskWeights.Count == 0 ? 1 : TaskWeights[task];

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">The first value that cannot be; the message names it.</exception>
    public void Validate()
    {
        Require(Tasks.Count > 0, nameof(Tasks), "name at least one task");
        Require(Tasks.Distinct(StringComparer.Ordinal).Count() == Tasks.Count, nameof(Tasks), "a task is named twice");
        Require(TaskWeights.Count == 0 || TaskWeights.Count == Tasks.Count, nameof(TaskWeights), $"there are {TaskWeights.Count} weights for {Tasks.Count} tasks");
        Require(TaskWeights.All(weight => double.IsFinite(weight) && weight >= 0) && (TaskWeights.Count == 0 || TaskWeights.Sum() > 0), nameof(TaskWeights), "weights must be finite, not negative, and not all zero");
        Require(Weighting != LossWeighting.Uncertainty || TaskWeights.Count == 0, nameof(TaskWeights), "uncertainty weighting finds its weights itself");
        Require(Temperature is null || Weighting == LossWeighting.Uncertainty, nameof(Temperature), "goes with uncertainty weighting only");
        Require(Temperature is not null || Weighting != LossWeighting.Uncertainty, nameof(Temperature), "uncertainty weighting needs one, about the inverse of the losses near the end");
        Require(Temperature is null || (double.IsFinite(Temperature.Value) && Temperature > 0), nameof(Temperature), "must be positive");
        Require(double.IsFinite(CompatibilityWeight) && CompatibilityWeight >= 0, nameof(CompatibilityWeight), "must not be negative");
        Require(CompatibilityWeight == 0 || CompatibleWith is not null, nameof(CompatibilityWeight), "there are no heads to be compatible with");
        Require(Epochs > 0, nameof(Epochs), "must be at least 1");
        Require(BatchSize > 1, nameof(BatchSize), "must be at least 2, for batch statistics");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), "must be positive");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), "must not be negative");
        Require(RateStepEpochs >= 0, nameof(RateStepEpochs), "must not be negative");
        Require(RateFactor is > 0 and <= 1, nameof(RateFactor), "must be in (0, 1]");
        foreach (var text in Augment)
        {
            var fault = FaultOf(text);
            Require(fault is null, nameof(Augment), fault);
        }

        Require(Threads > 0, nameof(Threads), "must be at least 1");
    }

    private static string? FaultOf(string disturbance)
    {
        try
        {
            Disturbance.Parse(disturbance);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private static void Require(bool condition, string name, string? reason)
    {
        if (!condition)
        {
            throw new ArgumentException($"{name}: {reason}.", name);
        }
    }
}
