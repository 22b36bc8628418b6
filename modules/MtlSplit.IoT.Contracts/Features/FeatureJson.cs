using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Features;

/// <summary>Reads and writes descriptors. An unknown member is refused: it could change the meaning.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FeatureDescriptor))]
internal sealed partial class FeatureJson : JsonSerializerContext;
