using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>Writes reported properties as a merge patch, where null deletes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(BackboneReported))]
internal sealed partial class ReportedPatchJson : JsonSerializerContext;
