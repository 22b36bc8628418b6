using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>Writes reports.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(RetrainReport))]
internal sealed partial class RetrainReportJson : JsonSerializerContext;
