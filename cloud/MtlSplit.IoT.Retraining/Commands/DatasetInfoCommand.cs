using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Runs;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Training.Datasets;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>dataset info</c>: images, splits, tasks, classes.</summary>
internal static class DatasetInfoCommand
{
    private static readonly Option<string> Data = DataOption.Create();
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    public static Command Create()
    {
        var command = new Command("info", "Shows a data set: images, splits, tasks, and how many images each class has.") { Data, Json };
        command.Does((parsed, _) =>
        {
            var info = DataSetInfo.Of(DataSource.Open(parsed.GetValue(Data)!));
            if (parsed.GetValue(Json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(info, RunJson.Default.DataSetInfo));
            }
            else
            {
                Show(info, Screen.Create());
            }

            return ExitCode.Done;
        });
        return command.WithExamples("mtlsplit dataset info", "mtlsplit dataset info --data 3dshapes.h5 --json");
    }

    private static void Show(DataSetInfo info, IAnsiConsole console)
    {
        console.WriteLine(info.Description);
        console.WriteLine($"{info.Images:N0} images of {info.Width}x{info.Height} RGB pixels");
        console.WriteLine($"{info.Learning:N0} to train and validate on; {info.Test:N0} to test on, whose pairs of floor and wall hue occur nowhere else");
        var table = new Table().Border(TableBorder.Ascii).AddColumn("task").AddColumn("classes").AddColumn("names").AddColumn("images per class");
        foreach (var task in info.Tasks)
        {
            var (least, most) = (task.Images.Min(), task.Images.Max());
            table.AddRow(task.Name, $"{task.Classes.Count}", Markup.Escape(string.Join(", ", task.Classes)), least == most ? $"{least:N0} each" : $"{least:N0} to {most:N0}");
        }

        console.Write(table);
    }
}
