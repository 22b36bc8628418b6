using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Training.Evaluation;

namespace MtlSplit.IoT.Training.Export;

/// <summary>A bundle that was written.</summary>
/// <param name="Bundle">The bundle, opened and checked.</param>
/// <param name="Parity">How far its ONNX files are from the training engine.</param>
/// <param name="Engine">The scores of the training engine in 32 bits.</param>
/// <param name="WholePath">The scores of the whole path with 8-bit features, which the manifest states.</param>
public sealed record ExportResult(Bundle Bundle, ParityReport Parity, ConditionScores Engine, ConditionScores WholePath);
