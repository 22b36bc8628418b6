namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>One head on the way of a frame through a bundle.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Classes">How many classes it has.</param>
/// <param name="OnnxPath">The head's ONNX file.</param>
public sealed record BundlePathHead(string Task, int Classes, string OnnxPath);
