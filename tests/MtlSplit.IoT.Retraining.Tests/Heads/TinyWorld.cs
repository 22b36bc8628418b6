using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.OnnxAuthoring.Graphs;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.Testing.Heads;
using MtlSplit.IoT.Training.Heads;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.Tests.Heads;

/// <summary>
/// A data folder of one tiny contract: three classes, each a direction in a feature of eight numbers. "Changed light"
/// turns every feature around, which a head trained before it cannot know.
/// </summary>
internal sealed class TinyWorld : IDisposable
{
    public const string Fleet = "harbour";
    public const string Task = "object_size";

    public static readonly string[] Classes = ["small", "middle", "large"];

    public static readonly FeatureDescriptor Descriptor = new()
    {
        Backbone = new string('b', 64),
        Network = "tiny",
        Cut = "features",
        Input = new InputSpec(8, 8, 3, InputSpec.BilinearHalfPixel),
        Feature = new FeatureSpec { Shape = [8, 1, 1] },
        Encodings = [new EncodingVariant(1, EncodingVariant.Float32, EncodingVariant.Zstandard)],
    };

    private static readonly Lazy<byte[]> FirstHead = new(TrainFirstHead);

    private readonly Random _random = new(7);
    private int _number;

    public string Data { get; } = Directory.CreateTempSubdirectory("mtlsplit-retrain-").FullName;

    public FleetHeads Heads => new(Data, Fleet);

    /// <summary>Publishes a head that knows only the usual light.</summary>
    public HeadRelease PublishFirstHead() => Heads.Publish(
        Descriptor.Contract,
        new HeadManifest { Task = Task, Classes = Classes, Contract = "", Number = 0, Sha256 = "", CreatedAt = 0 },
        FirstHead.Value);

    /// <summary>Stores frames of one vehicle, ten a second, with labels.</summary>
    /// <param name="vehicle">The vehicle.</param>
    /// <param name="count">How many.</param>
    /// <param name="changedLight">Under which light.</param>
    /// <param name="label">The label's class name, where it is not the truth.</param>
    public void Store(string vehicle, int count, bool changedLight, Func<int, string>? label = null)
    {
        using var encoder = new FeatureEncoder(Descriptor, Descriptor.Encodings[0]);
        using var import = new SampleImport(Data, Fleet, TimeProvider.System);
        import.Add(Descriptor);
        var tensor = new byte[encoder.MaxEncodedLength];
        for (var i = 0; i < count; i++, _number++)
        {
            var @class = i % 3;
            var frame = new FrameId(9, (ulong)_number);
            var length = encoder.Encode(Feature(_random, @class, changedLight), tensor).Length;
            var feature = new FeatureMessage(frame, Samples.Start + (_number * 100_000L), (ulong)_number, 1, tensor.AsMemory(0, length), Late: false);
            var payload = new byte[feature.GetSize()];
            feature.Write(payload);
            import.Add(DataTopics.Feature(Fleet, vehicle, Descriptor.Contract), payload);
            var truth = new LabelMessage(frame, Task, label?.Invoke(i) ?? Classes[@class], "test", Samples.Start);
            payload = new byte[truth.GetSize()];
            truth.Write(payload);
            import.Add(DataTopics.Label(Fleet, vehicle, Task), payload);
        }
    }

    public void Dispose() => Directory.Delete(Data, recursive: true);

    private static byte[] TrainFirstHead()
    {
        var random = new Random(3);
        var labels = Enumerable.Range(0, 600).Select(i => i % 3).ToArray();
        var features = labels.SelectMany(c => Feature(random, c, changedLight: false)).ToArray();
        var samples = new HeadSamples(new TaskSpec(Task, Classes), Descriptor.Feature.Shape, features, labels);
        var head = HeadTrainer.Train(samples, null, new HeadTrainingOptions { Threads = 1 }, CancellationToken.None).Head;
        return HeadGraph.Write(head.Network, head.Weights);
    }

    private static float[] Feature(Random random, int @class, bool changedLight)
    {
        var feature = new float[8];
        for (var i = 0; i < feature.Length; i++)
        {
            feature[i] = ((float)random.NextDouble() - 0.5f) * 0.4f;
        }

        feature[changedLight ? 3 + ((@class + 1) % 3) : @class] += 2;
        feature[7] += changedLight ? 3 : 0;
        return feature;
    }
}
