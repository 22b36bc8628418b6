using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>Reports, events and state as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(WatchReport))]
[JsonSerializable(typeof(WatchedStream))]
[JsonSerializable(typeof(WatchState))]
internal sealed partial class WatchJson : JsonSerializerContext;
