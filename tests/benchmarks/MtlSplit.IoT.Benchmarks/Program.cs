using System.CommandLine;
using MtlSplit.IoT.Benchmarks.Backbone;
using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Benchmarks.Encoding;
using MtlSplit.IoT.Benchmarks.Heads;
using MtlSplit.IoT.Benchmarks.Hub;
using MtlSplit.IoT.Benchmarks.Inference;
using MtlSplit.IoT.Benchmarks.Outbox;
using MtlSplit.IoT.Benchmarks.Rendering;
using MtlSplit.IoT.Benchmarks.Retraining;
using MtlSplit.IoT.Benchmarks.Starting;

var root = new RootCommand("What the product costs beside the layer beneath it, both measured in one run.")
{
    InferenceBenchmark.Command(),
    EncodingBenchmark.Command(),
    BusBenchmark.Command(),
    RenderBenchmark.Command(),
    BackboneBenchmark.Command(),
    HeadsBenchmark.Command(),
    RetrainBenchmark.Command(),
    OutboxBenchmark.Command(),
    HubBenchmark.Command(),
    StartBenchmark.Command(),
};
return root.Parse(args).Invoke();
