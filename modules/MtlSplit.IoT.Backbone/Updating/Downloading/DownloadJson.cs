using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Backbone.Updating.Downloading;

/// <summary>Reads and writes the marks of downloads.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(DownloadMark))]
internal sealed partial class DownloadJson : JsonSerializerContext;
