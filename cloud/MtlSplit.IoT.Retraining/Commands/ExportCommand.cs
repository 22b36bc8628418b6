using System.CommandLine;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Runs;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Export;
using MtlSplit.IoT.Training.Joint;
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
    private static readonly Option<int> Test = CountOption.Create("--test", 20_000, 4, Shapes3DSplit.TestCount, "Images of the test split to measure on.");
    private static readonly Option<int> Threads = CountOption.Create("--threads", Environment.ProcessorCount, 1, 1024, "Threads to compute with.");

    public static Command Create()
    {
        var command = new Command("export", "Makes a bundle of a finished run: ONNX files, contract, 8-bit encoding, golden frames, figures, card. Refuses if ONNX Runtime does not answer as training does.")
        {
            RunOption, Out, Name, Release, Calibration, Test, Threads,
        };
        command.Does((parsed, stop) => Run(parsed, Screen.Create(), TimeProvider.System, stop));
        return command.WithExamples("mtlsplit export --run runs/a --out models/shapes3d-mobilenetv3-small/2 --release 2");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, TimeProvider time, CancellationToken stop)
    {
        var (threads, count) = (parsed.GetValue(Threads), parsed.GetValue(Test));
        var (record, model) = new RunFolder(parsed.GetValue(RunOption)!).Read();
        var folder = Path.GetFullPath(parsed.GetValue(Out)!);
        var name = BusName.Require(parsed.GetValue(Name) ?? Path.GetFileName(Path.GetDirectoryName(folder)) ?? "", "--name");
        var calibration = record.Data with { Training = Math.Min(record.Data.Training, parsed.GetValue(Calibration)) };
        var test = record.Data with { Test = count };
        var data = record.Data.Open();
        var request = new ExportRequest
        {
            Model = model,
            Name = name,
            ReleaseCounter = parsed.GetValue(Release),
            Calibration = data.Read(calibration.TrainingSamples(data), threads, stop),
            Test = data.Read(test.TestSamples(data), threads, stop),
            Lineage = new BundleLineage
            {
                Data = test.Describe(data),
                Command = $"{record.Command}\n{CommandText.Of(parsed)}",
                Code = record.Code,
                Seed = (long)record.Data.Seed,
            },
            TrainingNotes = Notes(record),
            Threads = threads,
        };
        var result = new BundleExporter(time).Export(request, folder, stop);
        ScoreTable.Write(console, new EvaluationReport(
            $"{name} release {request.ReleaseCounter}, {result.Bundle.Contract.ShortForm}",
            "ONNX Runtime, features as u8, against the training engine",
            $"{count:N0} images of the 3D Shapes test split, seed {record.Data.Seed}",
            [result.WholePath with { Condition = "whole path" }, result.Engine with { Condition = "training engine" }]));
        console.WriteLine($"{result.Parity.Frames} frames: features differ by {result.Parity.Feature:G2} of their range, {result.Parity.OtherClass} answers differ");
        console.WriteLine($"{result.Bundle.Folder}: {result.Bundle.Manifest.Files.Sum(file => file.Bytes) / 1e6:F1} MB in {result.Bundle.Manifest.Files.Length} files, bundle {result.Bundle.Digest[..12]}");
        return ExitCode.Done;
    }

    private static string Augmentation(TrainingOptions options)
    {
        var parts = options.Augment.Prepend(options.ShuffleChannels ? "colour channels shuffled" : "").Where(part => part.Length > 0);
        return string.Join(", ", parts.DefaultIfEmpty("none"));
    }

    private static string[] Notes(RunRecord record)
    {
        var options = record.Options;
        var best = record.History[record.BestEpoch - 1];
        return
        [
            $"Training: {options.Network} and {options.Tasks.Count} heads jointly, {options.Epochs} epochs, batch {options.BatchSize}, AdamW, rate {options.LearningRate:G3} times {options.RateFactor:G3} every {options.RateStepEpochs} epochs, weight decay {options.WeightDecay:G3}, {options.Threads} threads",
            $"Augmentation: {Augmentation(options)}; the light was the standard one throughout",
            $"Best epoch {record.BestEpoch} of {options.Epochs}, chosen on validation: {string.Join(", ", options.Tasks.Select((task, i) => $"{task} {best.ValidationAccuracy[i]:P2}"))}",
        ];
    }
}
