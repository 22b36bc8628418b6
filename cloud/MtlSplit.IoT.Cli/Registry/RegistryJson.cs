using System.Text.Json.Serialization;
using MtlSplit.IoT.Registry.Announcing;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>What the registry's commands print as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HeadRow))]
[JsonSerializable(typeof(RunRow))]
[JsonSerializable(typeof(BundleRow))]
[JsonSerializable(typeof(AliasRow))]
[JsonSerializable(typeof(ChangeRow))]
[JsonSerializable(typeof(HeadDetail))]
[JsonSerializable(typeof(RunDetail))]
[JsonSerializable(typeof(BundleDetail))]
[JsonSerializable(typeof(HeadLineageRow))]
[JsonSerializable(typeof(FrameLineageRow))]
[JsonSerializable(typeof(VerifyRow))]
[JsonSerializable(typeof(CollectionRow))]
[JsonSerializable(typeof(DeliveryReport))]
internal sealed partial class RegistryJson : JsonSerializerContext;
