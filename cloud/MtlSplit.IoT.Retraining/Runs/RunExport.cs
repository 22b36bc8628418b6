using System.Globalization;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Export;
using MtlSplit.IoT.Training.Joint;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>Makes a bundle of a finished run and says what it scores.</summary>
internal sealed record RunExport
{
    /// <summary>The bundle's folder; must not exist.</summary>
    public required string Folder { get; init; }

    /// <summary>The model's name; null: the folder above.</summary>
    public string? Name { get; init; }

    /// <summary>The release counter.</summary>
    public int Release { get; init; } = 1;

    /// <summary>Training images whose features set the 8-bit range, at most.</summary>
    public int Calibration { get; init; } = 2_000;

    /// <summary>Images of the test split to measure on.</summary>
    public required int Test { get; init; }

    /// <summary>Threads to compute with.</summary>
    public required int Threads { get; init; }

    /// <summary>The command lines that made it.</summary>
    public required string Command { get; init; }

    /// <summary>Makes the bundle, and says on a console what it scores.</summary>
    /// <exception cref="ExportException">The folder exists, or the exported files do not answer as the training engine does.</exception>
    /// <exception cref="BusNameException">The name cannot be one.</exception>
    public ExportOutcome Make(RunRecord record, TrainedModel model, IAnsiConsole console, TimeProvider time, CancellationToken stop)
    {
        var folder = Path.GetFullPath(Folder);
        var name = BusName.Require(Name ?? Path.GetFileName(Path.GetDirectoryName(folder)) ?? "", "--name");
        var calibration = record.Data with { Training = Math.Min(record.Data.Training, Calibration) };
        var test = record.Data with { Test = Test };
        var data = record.Data.Open();
        var request = new ExportRequest
        {
            Model = model,
            Name = name,
            ReleaseCounter = Release,
            Calibration = data.Read(calibration.TrainingSamples(data), Threads, stop),
            Test = data.Read(test.TestSamples(data), Threads, stop),
            Lineage = new BundleLineage
            {
                Parent = record.Options.Start,
                Data = test.Describe(data),
                Command = Command,
                Code = record.Code,
                Seed = (long)record.Data.Seed,
            },
            TrainingNotes = Notes(record),
            Threads = Threads,
        };
        var result = new BundleExporter(time).Export(request, folder, stop);
        ScoreTable.Write(console, new EvaluationReport(
            $"{name} release {Release}, {result.Bundle.Contract.ShortForm}",
            "ONNX Runtime, features as u8, against the training engine",
            $"{Test:N0} images of the 3D Shapes test split, seed {record.Data.Seed}",
            [result.WholePath with { Condition = "whole path" }, result.Engine with { Condition = "training engine" }]));
        console.WriteLine($"{result.Parity.Frames} frames: features differ by {result.Parity.Feature:G2} of their range, {result.Parity.OtherClass} answers differ");
        console.WriteLine($"{result.Bundle.Folder}: {result.Bundle.Manifest.Files.Sum(file => file.Bytes) / 1e6:F1} MB in {result.Bundle.Manifest.Files.Length} files, bundle {result.Bundle.Digest[..12]}");
        return ExportOutcome.Of(result);
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
            .. options.Start is { } start ? (string[])[$"Start: the networks of bundle {start[..12]}, whose norms stayed as they were"] : [],
            $"Training: {options.Network} and {options.Tasks.Count} heads jointly, {options.Epochs} epochs, batch {options.BatchSize}, AdamW, rate {options.LearningRate:G3} times {options.RateFactor:G3} every {options.RateStepEpochs} epochs, weight decay {options.WeightDecay:G3}, {options.Threads} threads",
            $"Augmentation: {Augmentation(options)}; {(record.Data.Lights > 0 ? string.Create(CultureInfo.InvariantCulture, $"the light went from the standard one to light:{record.Data.Lights:R}") : "the light was the standard one throughout")}",
            $"Best epoch {record.BestEpoch} of {options.Epochs}, chosen on validation: {string.Join(", ", options.Tasks.Select((task, i) => $"{task} {best.ValidationAccuracy[i]:P2}"))}",
        ];
    }
}
