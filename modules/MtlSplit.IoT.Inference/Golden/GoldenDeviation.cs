namespace MtlSplit.IoT.Inference.Golden;

/// <summary>How far this machine's answer to one golden frame is from the one in the bundle.</summary>
/// <param name="Frame">The frame's file in the bundle.</param>
/// <param name="Feature">The largest difference in the feature, as a share of the golden feature's range.</param>
/// <param name="Probability">The largest difference of a class's probability, over all tasks.</param>
/// <param name="Tasks">The tasks whose most probable class is another.</param>
/// <param name="Fault">What is wrong, for people; null when the frame passes.</param>
public sealed record GoldenDeviation(string Frame, double Feature, double Probability, IReadOnlyList<string> Tasks, string? Fault)
{
    /// <summary>The frame passes.</summary>
    public bool Passed => Fault is null;
}
