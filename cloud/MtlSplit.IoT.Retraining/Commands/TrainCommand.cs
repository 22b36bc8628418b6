using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Retraining.Runs;
using MtlSplit.IoT.Retraining.Terminal;
using MtlSplit.IoT.Shapes3D;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Networks;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary><c>train</c>: trains a shared network and one head a task, together.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> Out = new("--out") { Description = "Folder for checkpoint, weights and run.json.", HelpName = "DIR", Required = true };
    private static readonly Option<string[]> Tasks = TaskListOption.Create("What to predict; one task gives the single-task baseline.");
    private static readonly Option<double[]> TaskWeights = new("--task-weights")
    {
        Description = "Weight of each task's loss; 1 each unless given.",
        HelpName = "W,W",
        DefaultValueFactory = _ => [],
        CustomParser = ParseWeights,
    };

    private static readonly Option<string> Weighting = new Option<string>("--weighting")
    {
        Description = "How the tasks' losses become one: their sum; their geometric mean, so that a task of greater losses does not outweigh the others; or a sum weighted by the softmax of the inverse losses (uncertainty).",
        DefaultValueFactory = _ => "sum",
    }.AcceptOnlyFromAmong("sum", "geometric", "uncertainty");

    private static readonly Option<double?> Temperature = new("--temperature") { Description = "The temperature of --weighting uncertainty, which needs one: about the inverse of the losses near the end, such as 50 for 0.02. Far above it all tasks weigh the same, far below it the best takes all.", HelpName = "T" };
    private static readonly Option<string> CompatibleWith = new("--compatible-with") { Description = "A bundle whose heads shall be able to read the new features too, without being changed: their loss on the new features is added.", HelpName = "DIR" };
    private static readonly Option<double> Compatibility = new("--compatibility") { Description = "The weight of that loss.", HelpName = "W", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Data = DataOption.Create();
    private static readonly Option<string> Network = new Option<string>("--network")
    {
        Description = "The shared network.",
        DefaultValueFactory = _ => MobileNetV3Small.Name,
    }.AcceptOnlyFromAmong([.. NetworkCatalog.Names]);

    private static readonly Option<int> Images = CountOption.Create("--images", 50_000, 2, Shapes3DSplit.TrainingCount - 1, "Images to learn from.");
    private static readonly Option<int> Validation = CountOption.Create("--validation", 4_000, 1, Shapes3DSplit.TrainingCount - 2, "Images that choose the best epoch.");
    private static readonly Option<int> Test = CountOption.Create("--test", 20_000, 1, Shapes3DSplit.TestCount, "Images of the test split, measured on once at the end.");
    private static readonly Option<int> Epochs = CountOption.Create("--epochs", 5, 1, 10_000, "How often the images are gone through.");
    private static readonly Option<int> Batch = CountOption.Create("--batch", 64, 2, 65_536, "Images a step.");
    private static readonly Option<double> Rate = new("--rate") { Description = "AdamW's learning rate at the start.", HelpName = "R", DefaultValueFactory = _ => 1.5e-3 };
    private static readonly Option<int> RateStep = CountOption.Create("--rate-step", 3, 1, 10_000, "The rate is multiplied by --rate-factor every so many epochs.");
    private static readonly Option<double> RateFactor = new("--rate-factor") { Description = "What the rate is multiplied by.", HelpName = "F", DefaultValueFactory = _ => 0.1 };
    private static readonly Option<double> WeightDecay = new("--weight-decay") { Description = "AdamW's weight decay.", HelpName = "D", DefaultValueFactory = _ => 0.01 };
    private static readonly Option<bool> KeepColours = new("--keep-colours") { Description = "Do not shuffle colour channels. Shuffling teaches that hues do not matter; leave it out for hue tasks." };
    private static readonly Option<string[]> Augment = DisturbanceListOption.Augment();
    private static readonly Option<double> Lights = new("--lights") { Description = "Render every scene in a light of its own, drawn up to this share of the way from the standard light, 0, to the one of the demo, 1; far ones more often.", HelpName = "SHARE" };
    private static readonly Option<string> From = new("--from") { Description = "Begin with the networks of this bundle instead of fresh weights: hundreds of steps are enough then. Its network is taken too.", HelpName = "DIR" };
    private static readonly Option<int> Seed = CountOption.Create("--seed", 1, 0, int.MaxValue, "Decides images, weights, order and augmentation.");
    private static readonly Option<int> Threads = CountOption.Create("--threads", Environment.ProcessorCount, 1, 1024, "Threads to compute with; results depend on it in the last bits.");
    private static readonly Option<string> Bundle = new("--bundle") { Description = "Make a bundle of the finished run too, as export does: its folder, such as models/NAME/VERSION.", HelpName = "DIR" };
    private static readonly Option<int> Release = CountOption.Create("--release", 1, 1, int.MaxValue, "The release counter of --bundle.");
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint in --out; ends with the same bits as a run that was never stopped." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the outcome as JSON; progress and everything else goes to standard error." };

    // torchvision's networks average batch statistics with a momentum of 0.01: 0.1 % of the first, made-up values are left by then.
    private const int SettledSteps = 700;

    public static Command Create()
    {
        Lights.Refuse(share => share is >= 0 and <= 1 ? null : "--lights: between 0 and 1.");
        var command = new Command("train", "Trains a shared network and one head a task together on 3D Shapes, and measures the best epoch on the test split.")
        {
            Out, Data, Tasks, TaskWeights, Weighting, Temperature, CompatibleWith, Compatibility, Network, Images, Validation, Test, Epochs, Batch, Rate, RateStep, RateFactor, WeightDecay, KeepColours, Augment, Lights, From, Seed, Threads, Bundle, Release, Resume, Json,
        };
        command.Does((parsed, stop) => Run(parsed, Screen.Create(parsed.GetValue(Json)), TimeProvider.System, stop));
        return command.WithExamples(
            "mtlsplit train --out runs/a --tasks object_size,object_shape --images 50000 --epochs 5",
            "mtlsplit train --out runs/quick --network tiny-conv --images 4000 --validation 500 --test 1000 --epochs 2",
            "mtlsplit train --out runs/robust --augment salt-pepper:0.05,brightness:0.2,contrast:0.7",
            "mtlsplit train --out runs/original --data 3dshapes.h5",
            "mtlsplit train --out runs/b --bundle models/shapes3d-mobilenetv3-small/2 --release 2",
            "mtlsplit train --out runs/c --from models/shapes3d-mobilenetv3-small/1 --lights 1 --images 6400 --epochs 2 --rate-step 1 --bundle models/shapes3d-mobilenetv3-small/2 --release 2",
            "mtlsplit train --out runs/d --from models/shapes3d-mobilenetv3-small/1 --compatible-with models/shapes3d-mobilenetv3-small/1 --lights 1 --images 6400 --epochs 2 --weighting geometric",
            "mtlsplit train --out runs/a --resume");
    }

    private static int Run(ParseResult parsed, IAnsiConsole console, TimeProvider time, CancellationToken stop)
    {
        var start = parsed.GetValue(From) is { } from ? Contracts.Bundles.Bundle.Open(from) : null;
        var old = parsed.GetValue(CompatibleWith) is { } with ? Contracts.Bundles.Bundle.Open(with) : null;
        var options = Options(parsed, start, old);
        Check(options);
        if (old is not null && old.Descriptor.Network != options.Network)
        {
            throw new ArgumentException($"--compatible-with: the heads of {old.Folder} read features of {old.Descriptor.Network}, not of {options.Network}.");
        }

        if (parsed.GetValue(Lights) > 0 && parsed.GetValue(Data) != DataSource.Rendered)
        {
            throw new ArgumentException("--lights: images of a file are in the light that they are in; it goes with rendered ones only.");
        }

        var data = new RunData(
            "",
            (ulong)parsed.GetValue(Seed),
            parsed.GetValue(Images),
            parsed.GetValue(Validation),
            parsed.GetValue(Test),
            DataOption.FileOf(parsed.GetValue(Data)!),
            parsed.GetValue(Lights));
        var source = data.Open();
        data = data with { Source = source.Description };
        if (data.Training + data.Validation > source.Split.LearningCount)
        {
            throw new ArgumentException($"--images and --validation together are {data.Training + data.Validation:N0}; there are {source.Split.LearningCount:N0} images outside the test split.");
        }

        if (data.Test > source.Split.TestCount)
        {
            throw new ArgumentException($"--test: {data.Test:N0} images are asked for; the test split has {source.Split.TestCount:N0}.");
        }

        var folder = new RunFolder(parsed.GetValue(Out)!);
        folder.Prepare(parsed.GetValue(Resume));
        console.WriteLine($"{options.Network}, {string.Join(" and ", options.Tasks)}, {options.Threads} threads, seed {options.Seed}");
        console.WriteLine(data.Describe(source));
        var training = source.Read(data.TrainingSamples(source), options.Threads, stop);
        var validation = source.Read(data.ValidationSamples(source), options.Threads, stop);
        var inUse = old is null ? null : BundleModel.Read(old, options.Tasks);
        var trainer = new JointTrainer(options, training, validation, time) { Start = start is null ? null : BundleModel.Read(start, options.Tasks), CompatibleHeads = inUse?.Heads ?? [] };
        if (start is null && trainer.StepsPerEpoch * options.Epochs < SettledSteps)
        {
            console.WriteLine($"warning: {trainer.StepsPerEpoch * options.Epochs:N0} steps are few: batch norm's running statistics settle after about {SettledSteps:N0}, and until then accuracy is near chance however low the loss");
        }

        var result = new TrainingView(console, options.Tasks, time).Show(progress => trainer.Run(folder.Checkpoint, parsed.GetValue(Resume), progress, stop));
        if (!result.Completed)
        {
            console.WriteLine($"stopped; {folder.Checkpoint} is whole: go on with the same flags and --resume");
            return ExitCode.Failed;
        }

        var test = source.Read(data.TestSamples(source), options.Threads, stop);
        var scores = new ConditionScores("clean", TaskScore.OfAll(ModelPredictor.Predict(result.Best!, test, stop), options.Tasks, test));
        var record = new RunRecord
        {
            Command = CommandText.Of(parsed, Resume, Json),
            Code = CodeVersion.Current,
            Options = options,
            Data = data,
            BestEpoch = result.BestEpoch,
            History = result.History,
            Test = scores,
            Compatibility = inUse is null ? null : CompatibilityScore.Measure(inUse, result.Best!, test, stop),
        };
        folder.Write(record, result.Best!);
        ScoreTable.Write(console, new EvaluationReport(folder.Model, "training engine, 32-bit floating point", $"best epoch {result.BestEpoch}, test split", [scores]));
        foreach (var score in record.Compatibility ?? [])
        {
            console.WriteLine($"the head in use of {score.Task}: {score.OnOwnFeatures:P2} right on the features it was made for, {score.OnNewFeatures:P2} on the new ones");
        }

        ExportOutcome? made = null;
        if (parsed.GetValue(Bundle) is { } bundle)
        {
            var export = new RunExport { Folder = bundle, Release = parsed.GetValue(Release), Test = data.Test, Threads = options.Threads, Command = record.Command };
            made = export.Make(record, result.Best!, console, time, stop);
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new TrainOutcome(Path.GetFullPath(folder.Model), record, made), RunJson.Default.TrainOutcome));
        }

        return ExitCode.Done;
    }

    private static void Check(TrainingOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException e) when (e.ParamName is { } name)
        {
            var flag = name switch
            {
                nameof(TrainingOptions.LearningRate) => Rate.Name,
                nameof(TrainingOptions.RateFactor) => RateFactor.Name,
                nameof(TrainingOptions.WeightDecay) => WeightDecay.Name,
                nameof(TrainingOptions.TaskWeights) => TaskWeights.Name,
                nameof(TrainingOptions.CompatibilityWeight) => Compatibility.Name,
                _ => $"--{name.ToLowerInvariant()}",
            };
            throw new ArgumentException(flag + e.Message[name.Length..e.Message.LastIndexOf(" (", StringComparison.Ordinal)], e);
        }
    }

    private static TrainingOptions Options(ParseResult parsed, Bundle? start, Bundle? old) => new()
    {
        Network = start?.Descriptor.Network ?? parsed.GetValue(Network)!,
        Start = start?.Digest,
        Tasks = parsed.GetResult(Tasks) is null ? TaskListOption.Standard : parsed.GetValue(Tasks)!,
        TaskWeights = parsed.GetValue(TaskWeights)!,
        Weighting = Enum.Parse<LossWeighting>(parsed.GetValue(Weighting)!, ignoreCase: true),
        Temperature = parsed.GetValue(Temperature),
        CompatibleWith = old?.Digest,
        CompatibilityWeight = old is null ? 0 : parsed.GetValue(Compatibility),
        Epochs = parsed.GetValue(Epochs),
        BatchSize = parsed.GetValue(Batch),
        LearningRate = parsed.GetValue(Rate),
        RateStepEpochs = parsed.GetValue(RateStep),
        RateFactor = parsed.GetValue(RateFactor),
        WeightDecay = parsed.GetValue(WeightDecay),
        ShuffleChannels = !parsed.GetValue(KeepColours),
        Augment = parsed.GetValue(Augment)!,
        Seed = (ulong)parsed.GetValue(Seed),
        Threads = parsed.GetValue(Threads),
    };

    private static double[] ParseWeights(ArgumentResult result)
    {
        var weights = new List<double>();
        foreach (var part in result.Tokens[0].Value.Split(','))
        {
            if (!double.TryParse(part, out var weight))
            {
                result.AddError($"--task-weights: '{part}' is not a number.");
                return [];
            }

            weights.Add(weight);
        }

        return [.. weights];
    }
}
