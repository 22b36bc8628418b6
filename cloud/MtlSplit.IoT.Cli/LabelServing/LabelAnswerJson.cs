using System.Text.Json.Serialization;
using MtlSplit.IoT.SampleStore.Labelling;

namespace MtlSplit.IoT.Cli.LabelServing;

/// <summary>What the endpoint answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LabelImportReport))]
[JsonSerializable(typeof(LabelRefusal))]
internal sealed partial class LabelAnswerJson : JsonSerializerContext;
