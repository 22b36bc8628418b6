using System.CommandLine;
using System.Text.Json;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Runs;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Export;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>export</c>: makes a bundle of a finished run.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> RunOption = new("--run") { Description = "The folder of a finished training run.", HelpName = "DIR", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = "The bundle's folder, such as models/NAME/VERSION; must not exist.", HelpName = "DIR", Required = true };
    private static readonly Option<string> Name = new("--name") { Description = "The model's name; the folder above --out unless given.", HelpName = "NAME" };
    private static readonly Option<int> Release = CountOption.Create("--release", 1, 1, int.MaxValue, "The release counter; must rise with every release of a model.");
    private static readonly Option<int> Calibration = CountOption.Create("--calibration", 2_000, 1, 20_000, "Training images whose features set the 8-bit range.");
    private static readonly Option<int> Test = CountOption.Create("--test", 20_000, BundleExporter.ParityFrames, Shapes3DSplit.TestCount, "Images of the test split to measure on.");
    private static readonly Option<int> Threads = CountOption.Create("--threads", Environment.ProcessorCount, 1, 1024, "Threads to compute with.");
    private static readonly Option<bool> Json = new("--json") { Description = "Print the outcome as JSON; everything else goes to standard error." };

    public static Command Create()
    {
        var command = new Command("export", "Makes a bundle of a finished run: ONNX files, contract, 8-bit encoding, golden frames, figures, card. Refuses if ONNX Runtime does not answer as training does.")
        {
            RunOption, Out, Name, Release, Calibration, Test, Threads, Json,
        };
        command.Does((parsed, stop) => Run(parsed, Screen.Create(parsed.GetValue(Json)), TimeProvider.System, stop));
        return command.WithExamples(
            "mtlsplit export --run runs/a --out models/shapes3d-mobilenetv3-small/2 --release 2",
            "mtlsplit export --run runs/a --out models/shapes3d-mobilenetv3-small/2 --release 2 --json");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, TimeProvider time, CancellationToken stop)
    {
        var (record, model) = new RunFolder(parsed.GetValue(RunOption)!).Read();
        var export = new RunExport
        {
            Folder = parsed.GetValue(Out)!,
            Name = parsed.GetValue(Name),
            Release = parsed.GetValue(Release),
            Calibration = parsed.GetValue(Calibration),
            Test = parsed.GetValue(Test),
            Threads = parsed.GetValue(Threads),
            Command = $"{record.Command}\n{CommandText.Of(parsed, Json)}",
        };
        var outcome = export.Make(record, model, console, time, stop);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(outcome, RunJson.Default.ExportOutcome));
        }

        return ExitCode.Done;
    }
}
