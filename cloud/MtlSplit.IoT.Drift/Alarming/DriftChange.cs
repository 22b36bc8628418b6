namespace MtlSplit.IoT.Drift.Alarming;

/// <summary>What a check changed.</summary>
public enum DriftChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An alarm went on.</summary>
    Raised,

    /// <summary>An alarm went off.</summary>
    Recovered,
}
