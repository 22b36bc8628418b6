using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>Reads and writes changes as they wait and as events carry them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RegistryChange))]
[JsonSerializable(typeof(ChangeData))]
internal sealed partial class EventJson : JsonSerializerContext;
