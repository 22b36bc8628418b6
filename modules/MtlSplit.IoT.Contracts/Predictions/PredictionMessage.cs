using System.Buffers.Binary;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Contracts.Wire;

namespace MtlSplit.IoT.Contracts.Predictions;

/// <summary>One head's answer for one frame. Schema: <c>Wire/mtlsplit.proto</c>, message <c>Prediction</c>.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Contract">The contract that the feature was made under.</param>
/// <param name="Task">The task.</param>
/// <param name="HeadVersion">The version of the head that answered.</param>
/// <param name="CapturedAt">When the frame was captured, Unix microseconds, by the vehicle's clock.</param>
/// <param name="ReceivedAt">When the consumer received the feature, Unix microseconds.</param>
/// <param name="InferredAt">When the head had answered, Unix microseconds.</param>
/// <param name="Class">Index of the most probable class.</param>
/// <param name="Probabilities">One probability per class.</param>
/// <param name="Sequence">The feature's sequence number.</param>
/// <param name="BatchSize">How many features shared this run of the head.</param>
public readonly record struct PredictionMessage(
    FrameId Frame,
    ContractId Contract,
    string Task,
    string HeadVersion,
    long CapturedAt,
    long ReceivedAt,
    long InferredAt,
    int Class,
    ReadOnlyMemory<float> Probabilities,
    ulong Sequence,
    int BatchSize)
{
    /// <summary>More classes than this in one message are refused.</summary>
    public const int MaxClasses = 4096;

    /// <summary>The exact size of the message in bytes.</summary>
    public int GetSize() =>
        2 + FrameId.Size
        + 2 + ContractId.Size
        + ProtoWriter.SizeOf(3, Task)
        + ProtoWriter.SizeOf(4, HeadVersion)
        + ProtoWriter.SizeOf(5, (ulong)CapturedAt)
        + ProtoWriter.SizeOf(6, (ulong)ReceivedAt)
        + ProtoWriter.SizeOf(7, (ulong)InferredAt)
        + ProtoWriter.SizeOf(8, (ulong)Class)
        + ProtoWriter.SizeOf(9, Probabilities.Span)
        + ProtoWriter.SizeOf(10, Sequence)
        + ProtoWriter.SizeOf(11, (ulong)BatchSize);

    /// <summary>Writes the message and returns its size. The destination has at least <see cref="GetSize"/> bytes.</summary>
    public int Write(Span<byte> destination)
    {
        Span<byte> id = stackalloc byte[ContractId.Size];
        var writer = new ProtoWriter(destination);
        Frame.Write(id);
        writer.Write(1, id[..FrameId.Size]);
        Contract.CopyTo(id);
        writer.Write(2, id);
        writer.Write(3, Task);
        writer.Write(4, HeadVersion);
        writer.Write(5, (ulong)CapturedAt);
        writer.Write(6, (ulong)ReceivedAt);
        writer.Write(7, (ulong)InferredAt);
        writer.Write(8, (ulong)Class);
        writer.Write(9, Probabilities.Span);
        writer.Write(10, Sequence);
        writer.Write(11, (ulong)BatchSize);
        return writer.Position;
    }

    /// <summary>Reads a message. Never throws; unknown fields of newer writers are skipped.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out PredictionMessage message, out WireFault fault)
    {
        message = default;
        FrameId? frame = null;
        ContractId? contract = null;
        string task = "", headVersion = "";
        ulong capturedAt = 0, receivedAt = 0, inferredAt = 0, @class = 0, sequence = 0, batchSize = 0;
        float[] probabilities = [];
        var reader = new ProtoReader(payload.Span);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    frame = WireIds.ReadFrame(ref reader, payload.Span);
                    break;
                case 2:
                    contract = WireIds.ReadContract(ref reader, payload.Span);
                    break;
                case 3:
                    reader.TryText(out task);
                    break;
                case 4:
                    reader.TryText(out headVersion);
                    break;
                case 5:
                    reader.TryNumber(out capturedAt);
                    break;
                case 6:
                    reader.TryNumber(out receivedAt);
                    break;
                case 7:
                    reader.TryNumber(out inferredAt);
                    break;
                case 8:
                    reader.TryNumber(out @class);
                    break;
                case 9:
                    probabilities = ReadProbabilities(ref reader, payload.Span);
                    break;
                case 10:
                    reader.TryNumber(out sequence);
                    break;
                case 11:
                    reader.TryNumber(out batchSize);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        fault = reader.Fault != WireFault.None ? reader.Fault
            : frame is null || contract is null || task.Length == 0 || headVersion.Length == 0 || probabilities.Length == 0 ? WireFault.MissingField
            : !BusName.IsValid(task) || !BusName.IsValid(headVersion) || @class >= (ulong)probabilities.Length || batchSize > int.MaxValue ? WireFault.OutOfRange
            : WireFault.None;
        if (fault != WireFault.None)
        {
            return false;
        }

        message = new PredictionMessage(
            frame!.Value, contract!.Value, task, headVersion, (long)capturedAt, (long)receivedAt, (long)inferredAt,
            (int)@class, probabilities, sequence, (int)batchSize);
        return true;
    }

    private static float[] ReadProbabilities(ref ProtoReader reader, ReadOnlySpan<byte> payload)
    {
        if (!reader.TryBlock(out var place))
        {
            return [];
        }

        var bytes = payload[place];
        if (bytes.Length % sizeof(float) != 0 || bytes.Length > MaxClasses * sizeof(float))
        {
            reader.Fail(WireFault.WrongLength);
            return [];
        }

        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return values;
    }
}
