using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Contracts.Wire;

namespace MtlSplit.IoT.Contracts.Quarantine;

/// <summary>
/// Tells a vehicle that features of it went into a task's quarantine. Schema: <c>Wire/mtlsplit.proto</c>, message <c>QuarantineNotice</c>. Delivery is at
/// least once: equal notices are one.
/// </summary>
/// <param name="Contract">The contract that the features were made under, by their topic.</param>
/// <param name="Frame">The frame of the first of them; null where it could not be read so far.</param>
/// <param name="Task">The task.</param>
/// <param name="Reason">Why the first of them did: a code such as <c>unknown-contract</c>.</param>
/// <param name="Features">How many; those that came while the notice before was on its way are told of together.</param>
/// <param name="QuarantinedAt">When the first of them did, Unix microseconds.</param>
public readonly record struct QuarantineNotice(ContractId Contract, FrameId? Frame, string Task, string Reason, int Features, long QuarantinedAt)
{
    /// <summary>No notice of this version is longer; newer writers may append to it.</summary>
    public const int MaxSize = 256;

    // A newer writer's notice may be longer, but not without end.
    private const int MaxReadable = 4096;

    /// <summary>The exact size of the message in bytes.</summary>
    public int GetSize() =>
        (Frame is null ? 0 : 2 + FrameId.Size)
        + 2 + ContractId.Size
        + ProtoWriter.SizeOf(3, Task)
        + ProtoWriter.SizeOf(4, Reason)
        + ProtoWriter.SizeOf(5, (ulong)Features)
        + ProtoWriter.SizeOf(6, (ulong)QuarantinedAt);

    /// <summary>Writes the message and returns its size. The destination has at least <see cref="GetSize"/> bytes.</summary>
    public int Write(Span<byte> destination)
    {
        Span<byte> id = stackalloc byte[ContractId.Size];
        var writer = new ProtoWriter(destination);
        if (Frame is { } frame)
        {
            frame.Write(id);
            writer.Write(1, id[..FrameId.Size]);
        }

        Contract.CopyTo(id);
        writer.Write(2, id);
        writer.Write(3, Task);
        writer.Write(4, Reason);
        writer.Write(5, (ulong)Features);
        writer.Write(6, (ulong)QuarantinedAt);
        return writer.Position;
    }

    /// <summary>Reads a message. Never throws; unknown fields of newer writers are skipped.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out QuarantineNotice notice, out WireFault fault)
    {
        notice = default;
        if (payload.Length > MaxReadable)
        {
            fault = WireFault.OutOfRange;
            return false;
        }

        FrameId? frame = null;
        ContractId? contract = null;
        string task = "", reason = "";
        ulong features = 0, at = 0;
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
                    reader.TryText(out reason);
                    break;
                case 5:
                    reader.TryNumber(out features);
                    break;
                case 6:
                    reader.TryNumber(out at);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        fault = reader.Fault != WireFault.None ? reader.Fault
            : contract is null || task.Length == 0 || reason.Length == 0 || features == 0 ? WireFault.MissingField
            : !BusName.IsValid(task) || !BusName.IsValid(reason) || features > int.MaxValue ? WireFault.OutOfRange
            : WireFault.None;
        if (fault != WireFault.None)
        {
            return false;
        }

        notice = new QuarantineNotice(contract!.Value, frame, task, reason, (int)features, (long)at);
        return true;
    }
}
