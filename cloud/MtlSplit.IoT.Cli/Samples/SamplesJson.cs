using System.Text.Json.Serialization;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary>What <c>--json</c> prints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(SampleStatistics))]
[JsonSerializable(typeof(CompactionReport))]
internal sealed partial class SamplesJson : JsonSerializerContext;
