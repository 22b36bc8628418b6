using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Inference.Golden;

namespace MtlSplit.IoT.Inference.Tests.Bundles;

/// <summary>A whole bundle around the small models, with two golden frames, one of them not of the native size.</summary>
internal static class TestBundle
{
    public const string Task = "shape";

    /// <summary>Writes a bundle.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="change">Changes the answers before they are written, as if another machine had given them.</param>
    public static Bundle Write(TemporaryFolder folder, Func<GoldenAnswer, GoldenAnswer>? change = null)
    {
        var backbone = folder.Write("backbone.onnx", TestModels.BackboneFile());
        var head = folder.Write("heads/shape.onnx", TestModels.HeadFile());
        var descriptor = TestModels.Descriptor with { Backbone = Digest(backbone) };
        var golden = new List<GoldenFrame>();
        using (var network = new GoldenNetwork(descriptor, backbone, new Dictionary<string, (string, int)> { [Task] = (head, TestModels.Classes) }))
        {
            foreach (var (width, height) in new[] { (descriptor.Input.Width, descriptor.Input.Height), (31, 17) })
            {
                var frame = new byte[width * height * 3];
                new Random(width).NextBytes(frame);
                var answer = network.Answer(frame, width, height);
                answer = change?.Invoke(answer) ?? answer;
                var name = $"golden/{golden.Count}";
                folder.Write($"{name}.rgb", frame);
                folder.Write($"{name}.feature", MemoryMarshal.AsBytes(answer.Feature.AsSpan()));
                golden.Add(new GoldenFrame { Frame = $"{name}.rgb", Width = width, Height = height, Feature = $"{name}.feature", Probabilities = answer.Probabilities });
            }
        }

        var manifest = new BundleManifest
        {
            Name = "small",
            ReleaseCounter = 1,
            CreatedAt = 0,
            Contract = descriptor.Contract.ToString(),
            Descriptor = descriptor,
            Backbone = "backbone.onnx",
            Tasks = [new BundleTask { Name = Task, Classes = ["a", "b", "c", "d"], Head = "heads/shape.onnx", Metrics = [] }],
            Golden = [.. golden],
            GoldenTolerance = 1e-4,
            Lineage = new BundleLineage { Data = "none", Command = "test", Code = "test", Seed = 1 },
            Files = [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != BundleManifest.FileName)
                .Select(file => new BundleFile(Path.GetRelativePath(folder.Path, file), Digest(file), new FileInfo(file).Length))],
        };
        folder.Write(BundleManifest.FileName, manifest.ToJson());
        return Bundle.Open(folder.Path);
    }

    private static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
