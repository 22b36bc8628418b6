using System.CommandLine;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Evaluation.Plots;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>evaluate</c>: measures a bundle or a trained model.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> BundleFolder = new("--bundle") { Description = "A bundle: measured the whole way, ONNX backbone, encoding, ONNX heads.", HelpName = "DIR" };
    private static readonly Option<string> ModelFile = new("--model") { Description = "A run's model.safetensors: measured in the training engine, 32-bit floating point.", HelpName = "FILE" };
    private static readonly Option<string> EncodingName = new Option<string>("--encoding") { Description = "How a bundle's features are encoded.", DefaultValueFactory = _ => EncodingVariant.UInt8 }
        .AcceptOnlyFromAmong(EncodingVariant.UInt8, EncodingVariant.Float16, EncodingVariant.Float32);

    private static readonly Option<string> Data = DataOption.Create();
    private static readonly Option<int> Images = CountOption.Create("--images", 20_000, 1, Shapes3DSplit.TestCount, "Images of the test split; 120000 is all of it.");
    private static readonly Option<string[]> Conditions = DisturbanceListOption.Conditions();
    private static readonly Option<int> Seed = CountOption.Create("--seed", 1, 0, int.MaxValue, "Decides which images.");
    private static readonly Option<int> Threads = CountOption.Create("--threads", Environment.ProcessorCount, 1, 1024, "Threads to compute with.");
    private static readonly Option<bool> Confusion = new("--confusion") { Description = "Print the confusion matrices too." };
    private static readonly Option<string> Plots = new("--plots") { Description = "Draw there, as PNG: accuracy by condition, and a confusion matrix for every task and condition.", HelpName = "DIR" };
    private static readonly Option<string?> Report = new("--report") { Description = "Write the report there as JSON.", HelpName = "FILE" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON; everything else goes to standard error." };

    public static Command Create()
    {
        var command = new Command("evaluate", "Measures accuracy and macro-F1 of a bundle or a trained model on the test split, with 95 % intervals.")
        {
            BundleFolder, ModelFile, EncodingName, Data, Images, Conditions, Seed, Threads, Confusion, Plots, Report, Json,
        };
        Report.IsWrittenLast();
        command.Validators.Add(result =>
        {
            if (result.GetResult(BundleFolder) is null == result.GetResult(ModelFile) is null)
            {
                result.AddError("Name either --bundle or --model.");
            }
        });
        command.Does((parsed, stop) => Run(parsed, Screen.Create(parsed.GetValue(Json)), stop));
        return command.WithExamples(
            "mtlsplit evaluate --bundle models/shapes3d-mobilenetv3-small/1 --images 120000",
            "mtlsplit evaluate --bundle models/shapes3d-mobilenetv3-small/1 --conditions clean,salt-pepper:0.05,salt-pepper:0.15,gaussian:0.1,brightness:-0.3,hue:60,light:1 --plots plots",
            "mtlsplit evaluate --model runs/a/model.safetensors --confusion --report report.json",
            "mtlsplit evaluate --bundle models/shapes3d-mobilenetv3-small/1 --json");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, CancellationToken stop)
    {
        var (threads, count, seed) = (parsed.GetValue(Threads), parsed.GetValue(Images), (ulong)parsed.GetValue(Seed));
        var bundle = parsed.GetValue(BundleFolder) is { } folder ? Bundle.Open(folder) : null;
        var model = parsed.GetValue(ModelFile) is { } file ? TrainedModel.Load(file) : null;
        var data = DataSource.Open(parsed.GetValue(Data)!);
        count = FittingCount(parsed, data, count);
        var images = new ConditionImages(data, data.Split.Test(seed, count), seed, threads);
        images.Require(parsed.GetValue(Conditions)!);
        var scores = new List<ConditionScores>();
        foreach (var condition in parsed.GetValue(Conditions)!)
        {
            var seen = images.Of(condition, stop);
            scores.Add(bundle is not null
                ? OfBundle(condition, bundle, parsed.GetValue(EncodingName)!, seen, threads, stop)
                : OfModel(condition, model!, seen, stop));
        }

        var report = new EvaluationReport(
            bundle is not null ? $"{bundle.Manifest.Name} release {bundle.Manifest.ReleaseCounter}, {bundle.Contract.ShortForm}" : parsed.GetValue(ModelFile)!,
            bundle is not null ? $"ONNX Runtime, features as {parsed.GetValue(EncodingName)}" : "training engine, 32-bit floating point",
            $"{count:N0} images of the test split, seed {seed}, of {data.Description}",
            [.. scores]);
        ScoreTable.Write(console, report);
        if (parsed.GetValue(Confusion))
        {
            foreach (var task in report.Conditions.SelectMany(condition => condition.Tasks))
            {
                ScoreTable.WriteConfusion(console, task);
            }
        }

        if (parsed.GetValue(Plots) is { } plots)
        {
            console.WriteLine($"{EvaluationPlots.Write(report, plots).Count} pictures in {plots}");
        }

        if (parsed.GetValue(Report) is { } path)
        {
            File.WriteAllBytes(path, report.ToJson());
        }

        if (parsed.GetValue(Json))
        {
            using var output = Console.OpenStandardOutput();
            output.Write(report.ToJson());
            output.WriteByte((byte)'\n');
        }

        return ExitCode.Done;
    }

    private static int FittingCount(ParseResult parsed, IDataSet data, int count)
    {
        var given = parsed.GetResult(Images) is { Implicit: false };
        if (data.Split.TestCount == 0 || (given && count > data.Split.TestCount))
        {
            throw new ArgumentException($"--images: {count:N0} images are asked for; the test split of {data.Description} has {data.Split.TestCount:N0}.");
        }

        return Math.Min(count, data.Split.TestCount);
    }

    private static ConditionScores OfBundle(string condition, Bundle bundle, string encoding, ImageSet images, int threads, CancellationToken stop)
    {
        var answers = BundlePredictor.Predict(BundlePath.Of(bundle), encoding, images, threads, stop);
        return new ConditionScores(
            condition,
            TaskScore.OfAll(answers.Predictions, [.. bundle.Manifest.Tasks.Select(task => task.Name)], images),
            answers.BytesPerFeature,
            answers.Saturated);
    }

    private static ConditionScores OfModel(string condition, TrainedModel model, ImageSet images, CancellationToken stop) => new(
        condition,
        TaskScore.OfAll(ModelPredictor.Predict(model, images, stop), [.. model.Heads.Select(head => head.Task.Name)], images));
}
