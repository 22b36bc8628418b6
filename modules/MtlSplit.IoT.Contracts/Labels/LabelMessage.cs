using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Contracts.Wire;

namespace MtlSplit.IoT.Contracts.Labels;

/// <summary>
/// The truth about one frame for one task, which comes late or never. Schema: <c>Wire/mtlsplit.proto</c>, message
/// <c>Label</c>. Classes go by name: labellers do not know a head's order of classes.
/// </summary>
/// <param name="Frame">The frame.</param>
/// <param name="Task">The task.</param>
/// <param name="ClassName">The class, by name.</param>
/// <param name="Source">Who says so.</param>
/// <param name="LabelledAt">When, Unix microseconds.</param>
public readonly record struct LabelMessage(FrameId Frame, string Task, string ClassName, string Source, long LabelledAt)
{
    /// <summary>The exact size of the message in bytes.</summary>
    public int GetSize() =>
        2 + FrameId.Size
        + ProtoWriter.SizeOf(2, Task)
        + ProtoWriter.SizeOf(3, ClassName)
        + ProtoWriter.SizeOf(4, Source)
        + ProtoWriter.SizeOf(5, (ulong)LabelledAt);

    /// <summary>Writes the message and returns its size. The destination has at least <see cref="GetSize"/> bytes.</summary>
    public int Write(Span<byte> destination)
    {
        Span<byte> frame = stackalloc byte[FrameId.Size];
        Frame.Write(frame);
        var writer = new ProtoWriter(destination);
        writer.Write(1, frame);
        writer.Write(2, Task);
        writer.Write(3, ClassName);
        writer.Write(4, Source);
        writer.Write(5, (ulong)LabelledAt);
        return writer.Position;
    }

    /// <summary>Reads a message. Never throws; unknown fields of newer writers are skipped.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out LabelMessage message, out WireFault fault)
    {
        message = default;
        FrameId? frame = null;
        string task = "", className = "", source = "";
        ulong labelledAt = 0;
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
                case 1:
                    break;
                case 2:
                    reader.TryText(out task);
                    break;
                case 3:
                    reader.TryText(out className);
                    break;
                case 4:
                    reader.TryText(out source);
                    break;
                case 5:
                    reader.TryNumber(out labelledAt);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        fault = reader.Fault != WireFault.None ? reader.Fault
            : frame is null || task.Length == 0 || className.Length == 0 || source.Length == 0 ? WireFault.MissingField
            : !BusName.IsValid(task) || className.Length > 256 || source.Length > 256 ? WireFault.OutOfRange
            : WireFault.None;
        if (fault != WireFault.None)
        {
            return false;
        }

        message = new LabelMessage(frame!.Value, task, className, source, (long)labelledAt);
        return true;
    }
}
