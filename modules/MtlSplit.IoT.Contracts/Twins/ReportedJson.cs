using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>Reads and writes reported properties: what is not known is passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackboneReported))]
internal sealed partial class ReportedJson : JsonSerializerContext;
