namespace MtlSplit.IoT.Training.Joint;

/// <summary>A loss stopped being a number; the run stopped, and its last checkpoint is from before.</summary>
/// <param name="epoch">The epoch, from 1.</param>
/// <param name="step">The step in it, from 1.</param>
/// <param name="task">The task whose loss it is.</param>
/// <param name="loss">The loss.</param>
public sealed class TrainingDivergedException(int epoch, int step, string task, double loss)
    : Exception($"The loss of task '{task}' became {loss} at step {step} of epoch {epoch}; try a lower learning rate.")
{
    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>The step in it, from 1.</summary>
    public int Step { get; } = step;

    /// <summary>The task whose loss it is.</summary>
    public string Task { get; } = task;
}
