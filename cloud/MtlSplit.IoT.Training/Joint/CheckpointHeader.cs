namespace MtlSplit.IoT.Training.Joint;

/// <summary>Where a run stands, apart from its tensors.</summary>
/// <param name="Options">What the run computes.</param>
/// <param name="TrainingDigest">Digest of its training data.</param>
/// <param name="ValidationDigest">Digest of its validation data.</param>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Step">Steps done in the current one.</param>
/// <param name="LossSums">Sum of each task's loss over those steps.</param>
/// <param name="BestEpoch">The best epoch so far, from 1, or 0.</param>
/// <param name="History">Every finished epoch.</param>
internal sealed record CheckpointHeader(
    TrainingOptions Options,
    string TrainingDigest,
    string ValidationDigest,
    int Epoch,
    int Step,
    double[] LossSums,
    int BestEpoch,
    EpochRecord[] History);
