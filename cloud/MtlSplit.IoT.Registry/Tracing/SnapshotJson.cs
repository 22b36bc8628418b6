using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>Reads and writes headers of snapshots.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SnapshotHeader))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
