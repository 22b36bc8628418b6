using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.SampleStore.AppendLog;

namespace MtlSplit.IoT.SampleStore.Tests;

/// <summary>Small real messages of one tiny contract.</summary>
internal static class Messages
{
    public const string Fleet = "harbour";
    public const string Vehicle = "v1";
    public const string Task = "object_size";

    /// <summary>2026-01-02T03:04:05Z.</summary>
    public const long Captured = 1_767_323_045_000_000;

    public static readonly FeatureDescriptor Descriptor = new()
    {
        Backbone = new string('a', 64),
        Network = "tiny",
        Cut = "features",
        Input = new InputSpec(8, 8, 3, InputSpec.BilinearHalfPixel),
        Feature = new FeatureSpec { Shape = [6, 1, 1] },
        Encodings = [new EncodingVariant(1, EncodingVariant.Float32, EncodingVariant.Zstandard), new EncodingVariant(2, EncodingVariant.UInt8, EncodingVariant.Zstandard, new Quantiser(0, 255))],
    };

    public static readonly ContractId Contract = Descriptor.Contract;

    public static FrameId Frame(ulong number) => new(0xFEED_0000_0000_0001, number);

    public static float[] Values(ulong number) => [number, 1, 2, 3, 4, 5];

    public static byte[] Feature(ulong number, long capturedAt = Captured, uint encoding = 1)
    {
        using var encoder = new FeatureEncoder(Descriptor, Descriptor.Encodings[0]);
        var tensor = new byte[encoder.MaxEncodedLength];
        var length = encoder.Encode(Values(number), tensor).Length;
        var message = new FeatureMessage(Frame(number), capturedAt + ((long)number * 1000), number, encoding, tensor.AsMemory(0, length), Late: false);
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        return payload;
    }

    public static byte[] Prediction(ulong number, int @class = 1, string head = "h1-0123456789ab", string task = Task, float[]? probabilities = null, long? capturedAt = null, long inferredAt = Captured + 5)
    {
        var message = new PredictionMessage(Frame(number), Contract, task, head, capturedAt ?? Captured + ((long)number * 1000), Captured, inferredAt, @class, probabilities ?? [0.1f, 0.7f, 0.2f], number, 8);
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        return payload;
    }

    public static byte[] Label(ulong number, string className = "2", long labelledAt = Captured + 2_000_000, string source = "renderer", string task = Task)
    {
        var message = new LabelMessage(Frame(number), task, className, source, labelledAt);
        var payload = new byte[message.GetSize()];
        message.Write(payload);
        return payload;
    }

    public static LogRecord FeatureRecord(ulong number, long capturedAt = Captured, uint encoding = 1, string vehicle = Vehicle) =>
        new(LogRecordKind.Feature, Captured, DataTopics.Feature(Fleet, vehicle, Contract), Feature(number, capturedAt, encoding));

    public static LogRecord PredictionRecord(ulong number, int @class = 1, string head = "h1-0123456789ab") =>
        new(LogRecordKind.Prediction, Captured, DataTopics.Prediction(Fleet, Vehicle, Task), Prediction(number, @class, head));

    public static LogRecord Record(byte[] prediction, string vehicle = Vehicle) => new(LogRecordKind.Prediction, Captured, DataTopics.Prediction(Fleet, vehicle, Task), prediction);

    public static LogRecord LabelRecord(ulong number, string className = "2", long labelledAt = Captured + 2_000_000) =>
        new(LogRecordKind.Label, Captured, DataTopics.Label(Fleet, Vehicle, Task), Label(number, className, labelledAt));
}
