using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Cli.Bundles;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(PackedBundle))]
internal sealed partial class PackedJson : JsonSerializerContext;
