using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Wire;

/// <summary>Reads the fields that name a frame or a contract. Null with the reader's fault set where the field is not one.</summary>
internal static class WireIds
{
    public static FrameId? ReadFrame(ref ProtoReader reader, ReadOnlySpan<byte> payload)
    {
        if (!reader.TryBlock(out var place))
        {
            return null;
        }

        if (FrameId.TryRead(payload[place], out var frame))
        {
            return frame;
        }

        reader.Fail(WireFault.WrongLength);
        return null;
    }

    public static ContractId? ReadContract(ref ProtoReader reader, ReadOnlySpan<byte> payload)
    {
        if (!reader.TryBlock(out var place))
        {
            return null;
        }

        if (payload[place].Length == ContractId.Size)
        {
            return new ContractId(payload[place]);
        }

        reader.Fail(WireFault.WrongLength);
        return null;
    }
}
