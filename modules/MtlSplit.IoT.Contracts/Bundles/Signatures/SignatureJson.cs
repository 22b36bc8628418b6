using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Contracts.Bundles.Signatures;

/// <summary>Reads and writes signature files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(SignatureFile))]
internal sealed partial class SignatureJson : JsonSerializerContext;
