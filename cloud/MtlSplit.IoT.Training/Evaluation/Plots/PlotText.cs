namespace MtlSplit.IoT.Training.Evaluation.Plots;

/// <summary>Figures as plots write them.</summary>
internal static class PlotText
{
    /// <summary>A share with its interval, in percent.</summary>
    public static string Percent(Interval share) => $"{share.Value * 100:F2} % (95 %: {share.Low * 100:F2} to {share.High * 100:F2})";
}
