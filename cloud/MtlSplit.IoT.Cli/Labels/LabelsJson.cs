using System.Text.Json.Serialization;
using MtlSplit.IoT.SampleStore.Labelling;

namespace MtlSplit.IoT.Cli.Labels;

/// <summary>What <c>--json</c> prints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(LabelImportReport))]
[JsonSerializable(typeof(IReadOnlyList<LabelConflict>))]
[JsonSerializable(typeof(IReadOnlyList<QueuedFrame>))]
internal sealed partial class LabelsJson : JsonSerializerContext;
