using MtlSplit.IoT.Backbone.Extraction;

namespace MtlSplit.IoT.Backbone.Updating.Proving;

/// <summary>Enters every feature in the ledger on its way.</summary>
internal sealed class AccountedSink(FrameLedger ledger, IFeatureSink next) : IFeatureSink
{
    /// <inheritdoc/>
    public void Accept(in ExtractedFeature feature)
    {
        ledger.Enter(feature);
        next.Accept(feature);
    }
}
