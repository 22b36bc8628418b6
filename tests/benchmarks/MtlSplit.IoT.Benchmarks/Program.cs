using System.CommandLine;
using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Benchmarks.Encoding;
using MtlSplit.IoT.Benchmarks.Inference;
using MtlSplit.IoT.Benchmarks.Rendering;

var root = new RootCommand("What the product costs beside the layer beneath it, both measured in one run.")
{
    InferenceBenchmark.Command(),
    EncodingBenchmark.Command(),
    BusBenchmark.Command(),
    RenderBenchmark.Command(),
};
return root.Parse(args).Invoke();
