using System.Text.Json.Serialization;
using MtlSplit.IoT.Contracts.Bundles.Signatures;

namespace MtlSplit.IoT.Cli.Keys;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(KeyFiles))]
[JsonSerializable(typeof(KeyInfo))]
internal sealed partial class KeysJson : JsonSerializerContext;
