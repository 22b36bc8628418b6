using System.Security.Cryptography;
using System.Text;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Export;

/// <summary>
/// Writes a trained model as a bundle: ONNX files, contract, golden frames, figures, card. The folder appears whole, after
/// everything in it was checked, or not at all.
/// </summary>
/// <param name="time">Dates the bundle.</param>
public sealed class BundleExporter(TimeProvider time)
{
    /// <summary>Frames on which the exported files are compared with the training engine; the test images must be as many.</summary>
    public const int ParityFrames = 256;

    private const string BackboneFile = "backbone.onnx";
    private const string CardFile = "card.md";
    private const string Encoding8 = EncodingVariant.UInt8;
    private const double GoldenTolerance = 1e-3;

    /// <summary>Makes the bundle.</summary>
    /// <param name="request">What it is made from.</param>
    /// <param name="folder">Where it goes; must not exist.</param>
    /// <param name="cancellation">Stops between parts; nothing is left.</param>
    /// <exception cref="ExportException">The folder exists, there are too few test images, or the exported files do not answer as the training engine does.</exception>
    /// <exception cref="MtlSplit.IoT.OnnxAuthoring.Description.UnsupportedLayerException">A layer has no ONNX form; the message names it.</exception>
    public ExportResult Export(ExportRequest request, string folder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(folder))
        {
            throw new ExportException($"{folder} exists already; a bundle is never changed, so choose another version.");
        }

        if (request.Test.Count < ParityFrames)
        {
            throw new ExportException($"{request.Test.Count} test images are too few: the exported files are compared with the training engine on {ParityFrames}.");
        }

        var parent = Path.GetDirectoryName(folder) ?? throw new ExportException($"{folder} is no place for a bundle.");
        Directory.CreateDirectory(parent);
        var staging = Path.Combine(parent, $".{Path.GetFileName(folder)}.{Environment.ProcessId}");
        try
        {
            var result = Write(request, staging, cancellation);
            Directory.Move(staging, folder);
            return result with { Bundle = Bundle.Open(folder) };
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private ExportResult Write(ExportRequest request, string folder, CancellationToken cancellation)
    {
        var model = request.Model;
        Directory.CreateDirectory(Path.Combine(folder, "heads"));
        var backbone = BackboneGraph.Write(model.Backbone, model.BackboneWeights);
        File.WriteAllBytes(Path.Combine(folder, BackboneFile), backbone);
        foreach (var head in model.Heads)
        {
            File.WriteAllBytes(Path.Combine(folder, HeadFile(head.Task)), HeadGraph.Write(head.Network, head.Weights));
        }

        var descriptor = Describe(model, Convert.ToHexStringLower(SHA256.HashData(backbone)), Path.Combine(folder, BackboneFile), request.Calibration, cancellation);
        var path = new BundlePath(
            descriptor,
            Path.Combine(folder, BackboneFile),
            [.. model.Heads.Select(head => new BundlePathHead(head.Task.Name, head.Task.Classes.Count, Path.Combine(folder, HeadFile(head.Task))))]);
        var parity = ParityCheck.Run(model, path, request.Test, ParityFrames);
        if (!parity.Passed)
        {
            throw new ExportException($"ONNX Runtime and the training engine differ by {parity.Feature:G3} of the feature's range ({ParityReport.FeatureTolerance:G1} is allowed) and in {parity.OtherClass} answers on {parity.Frames} frames.");
        }

        cancellation.ThrowIfCancellationRequested();
        string[] tasks = [.. model.Heads.Select(head => head.Task.Name)];
        var engine = new ConditionScores("clean", TaskScore.OfAll(ModelPredictor.Predict(model, request.Test, cancellation), tasks, request.Test));
        var answers = BundlePredictor.Predict(path, Encoding8, request.Test, request.Threads, cancellation);
        var whole = new ConditionScores("clean", TaskScore.OfAll(answers.Predictions, tasks, request.Test), answers.BytesPerFeature, answers.Saturated);
        var golden = GoldenFrames.Write(folder, path, request.Test);

        var manifest = new BundleManifest
        {
            Name = request.Name,
            ReleaseCounter = request.ReleaseCounter,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
            Contract = descriptor.Contract.ToString(),
            Descriptor = descriptor,
            Backbone = BackboneFile,
            Tasks = [.. model.Heads.Select((head, i) => new BundleTask
            {
                Name = head.Task.Name,
                Classes = [.. head.Task.Classes],
                Head = HeadFile(head.Task),
                Metrics = Metrics(whole.Tasks[i], engine.Tasks[i]),
                Field = FieldRangeChoice.Choose(answers.Predictions.Classes[i], answers.TopProbabilities[i], head.Task.Classes.Count),
            })],
            Golden = golden,
            GoldenTolerance = GoldenTolerance,
            Lineage = request.Lineage,
            Files = [],
        };
        var sizes = Files(folder);
        File.WriteAllText(Path.Combine(folder, CardFile), ModelCard.Write(request, manifest, sizes, parity, engine, whole), new UTF8Encoding(false));
        File.WriteAllBytes(Path.Combine(folder, BundleManifest.FileName), (manifest with { Files = Files(folder) }).ToJson());
        var bundle = Bundle.Open(folder);
        var check = GoldenCheck.Run(bundle);
        if (!check.Passed)
        {
            throw new ExportException($"The bundle fails its own golden frames: {string.Join("; ", check.Frames.Where(frame => !frame.Passed).Select(frame => $"{frame.Frame}: {frame.Fault}"))}.");
        }

        return new ExportResult(bundle, parity, engine, whole);
    }

    private static string HeadFile(TaskSpec task) => $"heads/{task.Name}.onnx";

    private static BundleFile[] Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(file => new BundleFile(
            Path.GetRelativePath(folder, file).Replace('\\', '/'),
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))),
            new FileInfo(file).Length))];

    private static FeatureDescriptor Describe(TrainedModel model, string digest, string backbone, ImageSet calibration, CancellationToken cancellation)
    {
        var descriptor = new FeatureDescriptor
        {
            Backbone = digest,
            Network = model.Backbone.Name,
            Cut = "features",
            Input = new InputSpec(model.Backbone.InputWidth, model.Backbone.InputHeight, 3, InputSpec.BilinearHalfPixel),
            Feature = new FeatureSpec { Shape = model.Backbone.FeatureShape() },
            Encodings = [new EncodingVariant(1, EncodingVariant.Float32, EncodingVariant.Zstandard), new EncodingVariant(2, EncodingVariant.Float16, EncodingVariant.Zstandard)],
        };
        using var session = BackboneSession.Load(backbone, descriptor);
        var values = new float[calibration.Count * descriptor.Feature.Length];
        for (var i = 0; i < calibration.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            calibration.Image(i).CopyTo(session.Frame);
            session.Run().CopyTo(values.AsSpan(i * descriptor.Feature.Length));
        }

        var quantiser = QuantiserCalibration.Choose(values);
        return descriptor with { Encodings = [.. descriptor.Encodings, new EncodingVariant(3, Encoding8, EncodingVariant.Zstandard, quantiser)] };
    }

    private static SortedDictionary<string, double> Metrics(TaskScore whole, TaskScore engine) => new(StringComparer.Ordinal)
    {
        ["accuracy"] = whole.Accuracy.Value,
        ["accuracy_low"] = whole.Accuracy.Low,
        ["accuracy_high"] = whole.Accuracy.High,
        ["macro_f1"] = whole.MacroF1.Value,
        ["macro_f1_low"] = whole.MacroF1.Low,
        ["macro_f1_high"] = whole.MacroF1.High,
        ["engine_accuracy"] = engine.Accuracy.Value,
        ["samples"] = whole.Count,
    };
}
