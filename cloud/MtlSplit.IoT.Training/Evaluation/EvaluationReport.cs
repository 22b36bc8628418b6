using System.Text.Json;

namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>An evaluation, as it is printed and written.</summary>
/// <param name="Model">What was evaluated.</param>
/// <param name="Path">How it was computed: the training engine in 32 bits, or the bundle's ONNX files and an encoding.</param>
/// <param name="Data">What it was measured on.</param>
/// <param name="Conditions">One entry a condition.</param>
public sealed record EvaluationReport(string Model, string Path, string Data, ConditionScores[] Conditions)
{
    /// <summary>Indented UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EvaluationJson.Default.EvaluationReport);

    /// <summary>Reads a report.</summary>
    /// <exception cref="JsonException">The text is not one.</exception>
    public static EvaluationReport Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, EvaluationJson.Default.EvaluationReport) ?? throw new JsonException("The report is empty.");
}
