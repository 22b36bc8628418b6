namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>What a finished training gave, as <c>train --json</c> prints it.</summary>
/// <param name="Model">The file of weights, a full path.</param>
/// <param name="Run">What <c>run.json</c> holds.</param>
/// <param name="Bundle">The bundle that was made of it; null where none was asked for.</param>
internal sealed record TrainOutcome(string Model, RunRecord Run, ExportOutcome? Bundle);
