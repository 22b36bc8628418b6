using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Training.Loading;
using MtlSplit.IoT.Training.Pictures;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>dataset sheet</c>: images to look at.</summary>
internal static class DatasetSheetCommand
{
    private static readonly SampleChoice Choice = new(48, ContactSheet.MaxImages);
    private static readonly Option<string?> Out = new("--out") { Description = "The PNG file; replaced if it is there.", HelpName = "FILE.png", Required = true };
    private static readonly Option<int> Columns = CountOption.Create("--columns", 8, 1, 100, "Images side by side.");
    private static readonly Option<string> Condition = DisturbanceListOption.Condition("Shows the images as they look under a condition");

    public static Command Create()
    {
        var command = new Command("sheet", "Draws images and their labels on one page.") { Out, Columns, Condition };
        Out.IsWrittenLast();
        Choice.AddTo(command);
        command.Does((parsed, stop) => Run(parsed, Screen.Create(), stop));
        return command.WithExamples(
            "mtlsplit dataset sheet --out sheet.png",
            "mtlsplit dataset sheet --out noise.png --split test --count 16 --condition salt-pepper:0.15",
            "mtlsplit dataset sheet --out evening.png --condition light:1",
            "mtlsplit dataset sheet --out original.png --data 3dshapes.h5");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, CancellationToken stop)
    {
        var (data, samples, words) = Choice.Draw(parsed);
        var condition = parsed.GetValue(Condition)!;
        var images = new ConditionImages(data, samples, 1, Environment.ProcessorCount).Of(condition, stop);
        if (condition != DisturbanceListOption.Clean)
        {
            words += $", {condition}";
        }

        var path = parsed.GetValue(Out)!;
        ContactSheet.Write(path, data.Description, words, images, [.. samples.Select((sample, i) => Caption(images, sample, i))], parsed.GetValue(Columns));
        console.WriteLine($"{path}: {words}");
        return ExitCode.Done;
    }

    private static (string First, string Second) Caption(ImageSet images, int sample, int i)
    {
        string Class(string task) => images.Tasks[images.TaskIndex(task)].Classes[images.Labels(images.TaskIndex(task))[i]];
        return ($"{Class("object_shape")}, size {Class("object_size")}", $"{sample:N0}");
    }
}
