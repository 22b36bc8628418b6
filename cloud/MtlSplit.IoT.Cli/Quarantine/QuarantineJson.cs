using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Cli.Quarantine;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QuarantineRow))]
[JsonSerializable(typeof(QuarantineDetail))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
