using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Cli.Images;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", UseStringEnumConverter = true)]
[JsonSerializable(typeof(BuiltArchive))]
internal sealed partial class ImagesJson : JsonSerializerContext;
