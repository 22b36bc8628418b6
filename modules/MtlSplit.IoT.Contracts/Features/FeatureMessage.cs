using MtlSplit.IoT.Contracts.Wire;

namespace MtlSplit.IoT.Contracts.Features;

/// <summary>
/// One feature on the wire: what differs from message to message. Everything else stands in the contract's descriptor;
/// the contract stands in the topic. Schema: <c>Wire/mtlsplit.proto</c>, message <c>Feature</c>.
/// </summary>
/// <param name="Frame">The frame that the feature was made from.</param>
/// <param name="CapturedAt">When the frame was captured, Unix microseconds.</param>
/// <param name="Sequence">Rises by one per feature published in the vehicle's session.</param>
/// <param name="Encoding">Id of one of the contract's encoding variants.</param>
/// <param name="Tensor">The encoded feature. After <see cref="TryRead"/> a slice of the payload, not a copy.</param>
/// <param name="Late">Replayed after an outage.</param>
public readonly record struct FeatureMessage(
    FrameId Frame, long CapturedAt, ulong Sequence, uint Encoding, ReadOnlyMemory<byte> Tensor, bool Late)
{
    /// <summary>The size of the message without its tensor, at most, in bytes.</summary>
    public const int MaxOverhead = 64;

    /// <summary>The exact size of the message in bytes.</summary>
    public int GetSize() =>
        2 + FrameId.Size
        + ProtoWriter.SizeOf(2, (ulong)CapturedAt)
        + ProtoWriter.SizeOf(3, Sequence)
        + ProtoWriter.SizeOf(4, Encoding)
        + ProtoWriter.SizeOf(5, Tensor.Span)
        + ProtoWriter.SizeOf(6, Late ? 1UL : 0UL);

    /// <summary>Writes the message and returns its size. The destination has at least <see cref="GetSize"/> bytes.</summary>
    public int Write(Span<byte> destination)
    {
        Span<byte> frame = stackalloc byte[FrameId.Size];
        Frame.Write(frame);
        var writer = new ProtoWriter(destination);
        writer.Write(1, frame);
        writer.Write(2, (ulong)CapturedAt);
        writer.Write(3, Sequence);
        writer.Write(4, Encoding);
        writer.Write(5, Tensor.Span);
        writer.Write(6, Late ? 1UL : 0UL);
        return writer.Position;
    }

    /// <summary>Reads a message. Never throws; unknown fields of newer writers are skipped.</summary>
    /// <param name="payload">The payload as it came from the bus.</param>
    /// <param name="message">The message, when the method returns true.</param>
    /// <param name="fault">Why not, when it returns false.</param>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out FeatureMessage message, out WireFault fault)
    {
        message = default;
        FrameId? frame = null;
        ulong capturedAt = 0, sequence = 0, encoding = 0, late = 0;
        var tensor = ReadOnlyMemory<byte>.Empty;
        var reader = new ProtoReader(payload.Span);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1 when reader.TryBlock(out var place):
                    if (FrameId.TryRead(payload.Span[place], out var id))
                    {
                        frame = id;
                    }
                    else
                    {
                        reader.Fail(WireFault.WrongLength);
                    }

                    break;
                case 2:
                    reader.TryNumber(out capturedAt);
                    break;
                case 3:
                    reader.TryNumber(out sequence);
                    break;
                case 4:
                    reader.TryNumber(out encoding);
                    break;
                case 5 when reader.TryBlock(out var place):
                    tensor = payload[place];
                    break;
                case 6:
                    reader.TryNumber(out late);
                    break;
                case 1 or 5:
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        fault = reader.Fault != WireFault.None ? reader.Fault
            : frame is null || tensor.IsEmpty || encoding == 0 ? WireFault.MissingField
            : encoding > uint.MaxValue ? WireFault.OutOfRange
            : WireFault.None;
        if (fault != WireFault.None)
        {
            return false;
        }

        message = new FeatureMessage(frame!.Value, (long)capturedAt, sequence, (uint)encoding, tensor, late != 0);
        return true;
    }
}
