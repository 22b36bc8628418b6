namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>The scores of all tasks under one condition.</summary>
/// <param name="Condition">The condition, such as <c>clean</c>.</param>
/// <param name="Tasks">One score a task.</param>
/// <param name="BytesPerFeature">Mean length of an encoded feature, where features were encoded.</param>
/// <param name="Saturated">Share of feature values outside the encoder's range, where features were encoded.</param>
public sealed record ConditionScores(string Condition, TaskScore[] Tasks, double? BytesPerFeature = null, double? Saturated = null);
