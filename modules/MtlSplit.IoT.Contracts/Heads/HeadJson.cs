using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>Reads and writes manifests of heads, and where aliases lead.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HeadManifest))]
[JsonSerializable(typeof(AliasRecord))]
internal sealed partial class HeadJson : JsonSerializerContext;
