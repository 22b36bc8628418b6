namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>What the gate says about a new head.</summary>
internal enum GateDecision
{
    /// <summary>It may replace the head in use.</summary>
    Accepted,

    /// <summary>There are too few labelled samples to train on or to compare on.</summary>
    TooFewSamples,

    /// <summary>Training found nothing better than the head in use.</summary>
    NothingLearned,

    /// <summary>It is worse, or may be worse by more than is tolerated.</summary>
    Worse,
}
