namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>Where features go.</summary>
internal interface IFeatureSink
{
    /// <summary>Takes a feature, in capture order, one call at a time; copies what it keeps. Never waits.</summary>
    void Accept(in ExtractedFeature feature);
}
