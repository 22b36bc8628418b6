namespace MtlSplit.IoT.Training.Export;

/// <summary>How far ONNX Runtime and the training engine are apart on the same frames.</summary>
/// <param name="Frames">How many frames were compared.</param>
/// <param name="Feature">The largest difference of a feature value, as a share of the features' range.</param>
/// <param name="Probability">The largest difference of a probability.</param>
/// <param name="OtherClass">Answers whose most probable class differs, over all frames and tasks.</param>
public sealed record ParityReport(int Frames, double Feature, double Probability, int OtherClass)
{
    /// <summary>The most that a feature value may differ.</summary>
    public const double FeatureTolerance = 1e-4;

    /// <summary>Whether the two say the same. Written so that a difference which is not a number fails.</summary>
    public bool Passed => Feature <= FeatureTolerance && OtherClass == 0;
}
