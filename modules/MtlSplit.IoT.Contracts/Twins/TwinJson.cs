using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>Reads and writes desired properties: what is not known is refused, since somebody wanted it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackboneDesired))]
internal sealed partial class TwinJson : JsonSerializerContext;
