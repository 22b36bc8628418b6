using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>Reports, events and state as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, Converters = [typeof(ContractIdJson)])]
[JsonSerializable(typeof(WatchReport))]
[JsonSerializable(typeof(WatchedStream))]
[JsonSerializable(typeof(WatchState))]
internal sealed partial class WatchJson : JsonSerializerContext;
