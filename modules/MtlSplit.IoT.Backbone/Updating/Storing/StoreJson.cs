using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>Reads and writes the store's state. What a newer version added is left aside, so that an older one can take over again.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(StoreState))]
internal sealed partial class StoreJson : JsonSerializerContext;
