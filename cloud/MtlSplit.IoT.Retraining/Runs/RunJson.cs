using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Retraining.Runs;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(TrainOutcome))]
[JsonSerializable(typeof(DataSetInfo))]
internal sealed partial class RunJson : JsonSerializerContext;
