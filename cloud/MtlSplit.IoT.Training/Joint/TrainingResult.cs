namespace MtlSplit.IoT.Training.Joint;

/// <summary>What a run gave.</summary>
/// <param name="Completed">False when it was stopped before its last epoch ended.</param>
/// <param name="BestEpoch">The epoch, from 1, with the best mean validation accuracy (the lower loss decides between equals); 0 when none ended.</param>
/// <param name="History">Every finished epoch.</param>
/// <param name="Best">The weights after <paramref name="BestEpoch"/>; null when none ended.</param>
public sealed record TrainingResult(bool Completed, int BestEpoch, IReadOnlyList<EpochRecord> History, TrainedModel? Best);
