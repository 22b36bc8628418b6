namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>What a bundle answered, and what its features cost on the wire.</summary>
/// <param name="Predictions">The answers, task by task as in the bundle.</param>
/// <param name="TopProbabilities">The probability of each predicted class: one array a task, one entry an image.</param>
/// <param name="BytesPerFeature">Mean length of an encoded feature.</param>
/// <param name="Saturated">Share of feature values outside the encoder's range.</param>
public sealed record BundlePredictions(Predictions Predictions, float[][] TopProbabilities, double BytesPerFeature, double Saturated);
