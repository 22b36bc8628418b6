namespace MtlSplit.IoT.Training.Joint;

/// <summary>What came out of one epoch; lists are by task, in the run's order.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">The learning rate it ran with.</param>
/// <param name="TrainingLoss">Mean cross-entropy over the epoch's steps.</param>
/// <param name="ValidationLoss">Mean cross-entropy on validation data afterwards.</param>
/// <param name="ValidationAccuracy">Share of validation samples right afterwards.</param>
public sealed record EpochRecord(
    int Epoch,
    double LearningRate,
    IReadOnlyList<double> TrainingLoss,
    IReadOnlyList<double> ValidationLoss,
    IReadOnlyList<double> ValidationAccuracy);
