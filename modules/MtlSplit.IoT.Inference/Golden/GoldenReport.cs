namespace MtlSplit.IoT.Inference.Golden;

/// <summary>What the golden frames of a bundle say about this machine.</summary>
/// <param name="Tolerance">How far a feature may be off, as a share of the golden feature's range.</param>
/// <param name="Frames">One entry per golden frame, in the bundle's order.</param>
public sealed record GoldenReport(double Tolerance, IReadOnlyList<GoldenDeviation> Frames)
{
    /// <summary>Every frame passes.</summary>
    public bool Passed => Frames.All(frame => frame.Passed);
}
