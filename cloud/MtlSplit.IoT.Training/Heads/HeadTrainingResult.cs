using MtlSplit.IoT.Training.Joint;

namespace MtlSplit.IoT.Training.Heads;

/// <summary>A head trained on stored features.</summary>
/// <param name="Head">The weights of the best epoch.</param>
/// <param name="BestEpoch">That epoch, from 1; 0 when a warm start was never bettered.</param>
/// <param name="Epochs">Epochs run.</param>
/// <param name="TrainingSamples">Samples learned from.</param>
/// <param name="ValidationSamples">Samples that chose the epoch.</param>
/// <param name="ValidationAccuracy">Share of those right at the best epoch; optimistic, because they chose it.</param>
public sealed record HeadTrainingResult(
    TrainedHead Head,
    int BestEpoch,
    int Epochs,
    int TrainingSamples,
    int ValidationSamples,
    double ValidationAccuracy);
