using MtlSplit.IoT.Training.Pictures;

namespace MtlSplit.IoT.Training.Evaluation.Plots;

/// <summary>The pictures of an evaluation.</summary>
public static class EvaluationPlots
{
    /// <summary>Draws accuracy by condition, and a confusion matrix for every task and condition.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="folder">Where the PNG files go; made if need be, files of the same names are replaced.</param>
    /// <returns>The files.</returns>
    /// <exception cref="PictureException">They cannot be drawn.</exception>
    public static IReadOnlyList<string> Write(EvaluationReport report, string folder)
    {
        ArgumentNullException.ThrowIfNull(report);
        Directory.CreateDirectory(folder);
        var accuracy = Path.Combine(folder, "accuracy.png");
        AccuracyPlot.Write(accuracy, report);
        var files = new List<string> { accuracy };
        foreach (var condition in report.Conditions)
        {
            foreach (var task in condition.Tasks)
            {
                var file = Path.Combine(folder, $"confusion-{task.Task}-{condition.Condition.Replace(':', '-')}.png");
                ConfusionPlot.Write(file, task, condition.Condition);
                files.Add(file);
            }
        }

        return files;
    }
}
