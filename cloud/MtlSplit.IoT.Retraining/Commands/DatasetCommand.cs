using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>dataset</c>: says what can be trained on.</summary>
internal static class DatasetCommand
{
    public static Command Create()
    {
        var command = new Command("dataset", "Shows the data set: tasks, classes, splits.");
        command.Does((_, _) => Show(Screen.Create()));
        return command.WithExamples("mtlsplit dataset");
    }

    private static int Show(IAnsiConsole console)
    {
        console.WriteLine($"3D Shapes, rendered: {Shapes3DIndex.Count:N0} images of {SceneRenderer.Size}x{SceneRenderer.Size} RGB pixels");
        console.WriteLine($"{Shapes3DSplit.TrainingCount:N0} to train and validate on; {Shapes3DSplit.TestCount:N0} to test on, whose pairs of floor and wall hue occur nowhere else");
        var table = new Table().Border(TableBorder.Ascii).AddColumn("task").AddColumn("classes").AddColumn("names");
        foreach (var task in Shapes3DFactors.Tasks)
        {
            table.AddRow(task.Name, $"{task.Classes.Count}", Markup.Escape(string.Join(", ", task.Classes)));
        }

        console.Write(table);
        return ExitCode.Done;
    }
}
