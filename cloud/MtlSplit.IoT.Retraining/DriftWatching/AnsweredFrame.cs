using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>A recorded frame as the head in use answers it.</summary>
/// <param name="Observation">The answer and the pooled feature.</param>
/// <param name="Right">Whether it is the label's; null: there is none, or its class is not one of the head's.</param>
internal readonly record struct AnsweredFrame(Observation Observation, bool? Right);
