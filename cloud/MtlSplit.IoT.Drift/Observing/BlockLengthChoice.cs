namespace MtlSplit.IoT.Drift.Observing;

/// <summary>How long blocks shall be, and why.</summary>
/// <param name="Length">The length of a block.</param>
/// <param name="Correlated">The integrated autocorrelation time that was measured.</param>
/// <param name="Capped">Whether blocks would have to be longer than allowed to be independent.</param>
public sealed record BlockLengthChoice(TimeSpan Length, TimeSpan Correlated, bool Capped);
