using MtlSplit.IoT.Training.Evaluation;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Terminal;

/// <summary>Prints scores.</summary>
internal static class ScoreTable
{
    /// <summary>One row a condition and task.</summary>
    public static void Write(IAnsiConsole console, EvaluationReport report)
    {
        console.WriteLine($"{report.Model}: {report.Path}");
        console.WriteLine(report.Data);
        var encoded = report.Conditions.Any(condition => condition.BytesPerFeature is not null);
        var table = new Table().Border(TableBorder.Ascii);
        foreach (var heading in new[] { "condition", "task", "samples", "accuracy", "95 %", "macro-F1", "95 %" })
        {
            table.AddColumn(heading);
        }

        if (encoded)
        {
            table.AddColumn("bytes/feature");
            table.AddColumn("outside range");
        }

        foreach (var condition in report.Conditions)
        {
            foreach (var task in condition.Tasks)
            {
                string[] cells =
                [
                    condition.Condition, task.Task, $"{task.Count}",
                    $"{task.Accuracy.Value:P2}", $"{task.Accuracy.Low:P2} to {task.Accuracy.High:P2}",
                    $"{task.MacroF1.Value:P2}", $"{task.MacroF1.Low:P2} to {task.MacroF1.High:P2}",
                ];
                table.AddRow([.. cells.Concat(encoded ? [$"{condition.BytesPerFeature:F0}", $"{condition.Saturated:P4}"] : []).Select(Markup.Escape)]);
            }
        }

        console.Write(table);
    }

    /// <summary>How often each class was taken for each other.</summary>
    public static void WriteConfusion(IAnsiConsole console, TaskScore score)
    {
        var table = new Table().Border(TableBorder.Ascii).Title(Markup.Escape($"{score.Task}: true class down, predicted across"));
        table.AddColumn("");
        foreach (var name in score.Classes)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        for (var row = 0; row < score.Classes.Count; row++)
        {
            table.AddRow([Markup.Escape(score.Classes[row]), .. score.Confusion[row].Select(count => $"{count}")]);
        }

        console.Write(table);
    }
}
