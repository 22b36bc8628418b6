namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>What one check came to.</summary>
public enum DriftVerdict
{
    /// <summary>There was too little to say anything.</summary>
    Undetermined,

    /// <summary>The cheap test saw nothing.</summary>
    Calm,

    /// <summary>The cheap test did, the confirming test did not.</summary>
    Suspicious,

    /// <summary>Both did.</summary>
    Drift,
}
