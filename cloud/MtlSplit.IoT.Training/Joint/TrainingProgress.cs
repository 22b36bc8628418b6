namespace MtlSplit.IoT.Training.Joint;

/// <summary>Where a run stands.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">How many there are.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps an epoch.</param>
/// <param name="Loss">Mean loss of each task over the epoch so far, in the run's order.</param>
/// <param name="ImagesPerSecond">Images trained on a second, since the run was started or resumed.</param>
/// <param name="Remaining">Time left at this speed, validation not counted.</param>
/// <param name="Finished">The epoch's record once it is over and validated, else null.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    IReadOnlyList<double> Loss,
    double ImagesPerSecond,
    TimeSpan Remaining,
    EpochRecord? Finished);
