using MtlSplit.IoT.Backbone.Extraction;

namespace MtlSplit.IoT.Benchmarks.Backbone;

/// <summary>Takes features and forgets them.</summary>
internal sealed class CountingSink : IFeatureSink
{
    public long Count { get; private set; }

    public void Accept(in ExtractedFeature feature) => Count += feature.Tensor.IsEmpty ? 0 : 1;
}
