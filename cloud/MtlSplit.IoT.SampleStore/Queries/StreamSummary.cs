namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>What a store holds of one stream of a fleet and contract, and what that says of all frames (Horvitz and Thompson's estimate).</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Contract">The contract, 64 hex digits.</param>
/// <param name="Stream">The stream, as in queries.</param>
/// <param name="Features">Features in it.</param>
/// <param name="Labelled">Features in it that a task has a label for.</param>
/// <param name="LeastProbability">The smallest inclusion probability.</param>
/// <param name="EstimatedFrames">Frames that it stands for: the sum of one over each inclusion probability.</param>
/// <param name="StandardError">The estimate's standard error.</param>
public sealed record StreamSummary(
    string Fleet, string Contract, string Stream, long Features, long Labelled, double LeastProbability, double EstimatedFrames, double StandardError);
