using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>How well one task was predicted.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Classes">Its classes.</param>
/// <param name="Count">How many samples it was measured on.</param>
/// <param name="Accuracy">Share of samples right, with Wilson's 95 % interval.</param>
/// <param name="MacroF1">Mean F1 over the classes, with a bootstrap 95 % interval.</param>
/// <param name="Confusion">Counts: one row a true class, one column a predicted one.</param>
public sealed record TaskScore(string Task, IReadOnlyList<string> Classes, long Count, Interval Accuracy, Interval MacroF1, long[][] Confusion)
{
    /// <summary>Scores predictions.</summary>
    /// <param name="task">The task.</param>
    /// <param name="truth">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each.</param>
    public static TaskScore Of(TaskSpec task, ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted)
    {
        ArgumentNullException.ThrowIfNull(task);
        var matrix = new ConfusionMatrix(task.Classes.Count, truth, predicted);
        return new TaskScore(task.Name, task.Classes, matrix.Count, matrix.Accuracy(), matrix.MacroF1(), matrix.Rows());
    }

    /// <summary>Scores every task of a set.</summary>
    /// <param name="predictions">The predictions, task by task as in <paramref name="tasks"/>.</param>
    /// <param name="tasks">The tasks' names.</param>
    /// <param name="images">The samples with their labels.</param>
    public static TaskScore[] OfAll(Predictions predictions, IReadOnlyList<string> tasks, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(images);
        return [.. tasks.Select((name, i) =>
        {
            var column = images.TaskIndex(name);
            return Of(images.Tasks[column], images.Labels(column), predictions.Classes[i]);
        })];
    }
}
