using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Training.Datasets;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>dataset export</c>: images as files.</summary>
internal static class DatasetExportCommand
{
    private static readonly SampleChoice Choice = new(100, 480_000);
    private static readonly Option<string> Out = new("--out") { Description = "The folder; must not exist or be empty.", HelpName = "DIR", Required = true };
    private static readonly Option<int> Threads = CountOption.Create("--threads", Environment.ProcessorCount, 1, 1024, "Threads to work with.");

    public static Command Create()
    {
        var command = new Command("export", $"Writes images as PNG files, and their labels as {ImageFolder.LabelsFile}: a folder that the backbone's source 'folder' plays.") { Out, Threads };
        Choice.AddTo(command);
        command.Does((parsed, stop) => Run(parsed, Screen.Create(), stop));
        return command.WithExamples(
            "mtlsplit dataset export --out frames --split test --count 500",
            "mtlsplit dataset export --out frames --data 3dshapes.h5 --count 1000");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, CancellationToken stop)
    {
        var (data, samples, words) = Choice.Draw(parsed);
        var folder = parsed.GetValue(Out)!;
        ImageFolder.Write(data, samples, folder, parsed.GetValue(Threads), stop);
        console.WriteLine($"{folder}: {words}, and {ImageFolder.LabelsFile}");
        return ExitCode.Done;
    }
}
