using System.Buffers.Binary;
using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Golden;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.OnnxAuthoring.Graphs;

namespace MtlSplit.IoT.Testing.Bundles;

/// <summary>
/// A whole bundle of a small untrained network (64 × 64 × 3 to 8 × 2 × 2) with the tasks <c>object_size</c> and
/// <c>object_shape</c>, in a models folder of its own under the temporary one. Another seed gives another contract. Its files
/// are real: digests, golden frames and all three encodings. Disposing removes the folder.
/// </summary>
public sealed class TinyBundle : IDisposable
{
    private static readonly (string Task, string[] Classes)[] Tasks =
    [
        ("object_size", ["0", "1", "2", "3", "4", "5", "6", "7"]),
        ("object_shape", ["cube", "cylinder", "sphere", "capsule"]),
    ];

    private static readonly BackboneNetwork Network = new("tiny", 64, 64, Sequential.Named("features", Sequential.Of(
        new Conv2d(3, 8, 3, Stride: 4, Padding: 1),
        new Activation(ActivationKind.ReLU),
        new Conv2d(8, 16, 3, Stride: 4, Padding: 1),
        new Activation(ActivationKind.ReLU),
        new Conv2d(16, 8, 3, Stride: 2, Padding: 1),
        new Activation(ActivationKind.HardSwish))));

    private readonly DirectoryInfo _home;

    private TinyBundle(DirectoryInfo home, Bundle bundle)
    {
        _home = home;
        Bundle = bundle;
    }

    /// <summary>The bundle, opened.</summary>
    public Bundle Bundle { get; }

    /// <summary>The bundle's folder.</summary>
    public string Folder => Bundle.Folder;

    /// <summary>The folder to give as <c>models</c>.</summary>
    public string ModelsFolder => _home.FullName;

    /// <summary>Makes one.</summary>
    /// <param name="seed">Where its weights are drawn from.</param>
    public static TinyBundle Create(int seed = 1)
    {
        var home = Directory.CreateTempSubdirectory("mtlsplit-models-");
        var folder = Directory.CreateDirectory(Path.Combine(home.FullName, "tiny", $"{seed}")).FullName;
        var backbone = BackboneGraph.Write(Network, Draw(Network.Body, seed));
        Write(folder, "backbone.onnx", backbone);
        foreach (var (task, _) in Tasks)
        {
            Write(folder, HeadFile(task), Head(task, seed));
        }

        var descriptor = Describe(folder, backbone, seed);
        var golden = new[] { (64, 64), (80, 48) }.Select((size, n) => Answer(folder, descriptor, n, size.Item1, size.Item2)).ToArray();
        var manifest = new BundleManifest
        {
            Name = "tiny",
            ReleaseCounter = seed,
            CreatedAt = 1_700_000_000_000_000,
            Contract = descriptor.Contract.ToString(),
            Descriptor = descriptor,
            Backbone = "backbone.onnx",
            Tasks = [.. Tasks.Select(t => new BundleTask { Name = t.Task, Classes = t.Classes, Head = HeadFile(t.Task), Metrics = [] })],
            Golden = golden,
            GoldenTolerance = 1e-4,
            Lineage = new BundleLineage { Data = "none", Command = "test", Code = "test", Seed = seed },
            Files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => Entry(folder, file))],
        };
        Write(folder, BundleManifest.FileName, manifest.ToJson());
        return new TinyBundle(home, Bundle.Open(folder));
    }

    /// <summary>The ONNX file of a head for any bundle of this kind.</summary>
    /// <param name="task">One of the bundle's tasks.</param>
    /// <param name="seed">Where its weights are drawn from.</param>
    public static byte[] Head(string task, int seed)
    {
        var classes = Array.Find(Tasks, t => t.Task == task).Classes;
        var network = HeadNetwork.OfPaper(task, Network.FeatureShape(), classes.Length, hidden: 16);
        return HeadGraph.Write(network, Draw(network.Body, seed));
    }

    /// <summary>A frame of noise, the same for the same seed.</summary>
    public static byte[] Noise(int width, int height, int seed)
    {
        var rgb = new byte[width * height * 3];
        new Random(seed).NextBytes(rgb);
        return rgb;
    }

    /// <inheritdoc/>
    public void Dispose() => _home.Delete(recursive: true);

    private static string HeadFile(string task) => $"heads/{task}.onnx";

    private static NetworkWeights Draw(Layer network, int seed)
    {
        var random = new Random(seed);
        var weights = new NetworkWeights();
        foreach (var parameter in LayerParameters.Of(network))
        {
            var fanIn = parameter.Shape.Skip(1).Aggregate(1, (product, side) => product * side);
            var data = new float[parameter.Shape.Aggregate(1, (product, side) => product * side)];
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = ((random.NextSingle() * 2) - 1) * 2 / MathF.Sqrt(fanIn);
            }

            weights.Add(parameter.Name, parameter.Shape, data);
        }

        return weights;
    }

    private static FeatureDescriptor Describe(string folder, byte[] backbone, int seed)
    {
        var plain = new FeatureDescriptor
        {
            Backbone = Convert.ToHexStringLower(SHA256.HashData(backbone)),
            Network = "tiny",
            Cut = "features",
            Input = new InputSpec(Network.InputWidth, Network.InputHeight, 3, InputSpec.BilinearHalfPixel),
            Feature = new FeatureSpec { Shape = Network.FeatureShape() },
            Encodings = [new EncodingVariant(1, EncodingVariant.Float32, EncodingVariant.Zstandard), new EncodingVariant(2, EncodingVariant.Float16, EncodingVariant.Zstandard)],
        };
        using var session = BackboneSession.Load(Path.Combine(folder, "backbone.onnx"), plain);
        var (low, high) = (0.0, 0.0);
        for (var n = 0; n < 16; n++)
        {
            Noise(64, 64, seed + n).CopyTo(session.Frame);
            foreach (var value in session.Run())
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
        }

        return plain with { Encodings = [.. plain.Encodings, new EncodingVariant(3, EncodingVariant.UInt8, EncodingVariant.Zstandard, new Quantiser(low * 1.5, high * 1.5))] };
    }

    private static GoldenFrame Answer(string folder, FeatureDescriptor descriptor, int n, int width, int height)
    {
        var heads = Tasks.ToDictionary(t => t.Task, t => (Path.Combine(folder, HeadFile(t.Task)), t.Classes.Length));
        using var network = new GoldenNetwork(descriptor, Path.Combine(folder, "backbone.onnx"), heads);
        var rgb = Noise(width, height, 100 + n);
        var answer = network.Answer(rgb, width, height);
        var bytes = new byte[answer.Feature.Length * sizeof(float)];
        for (var i = 0; i < answer.Feature.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), answer.Feature[i]);
        }

        Write(folder, $"golden/{n}.rgb", rgb);
        Write(folder, $"golden/{n}.feature", bytes);
        return new GoldenFrame { Frame = $"golden/{n}.rgb", Width = width, Height = height, Feature = $"golden/{n}.feature", Probabilities = answer.Probabilities };
    }

    private static BundleFile Entry(string folder, string file)
    {
        var bytes = File.ReadAllBytes(file);
        return new BundleFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
    }

    private static void Write(string folder, string file, byte[] bytes)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
