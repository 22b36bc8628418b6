using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Heads;

/// <summary>Reads and writes manifests of heads.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(HeadManifest))]
internal sealed partial class HeadJson : JsonSerializerContext;
