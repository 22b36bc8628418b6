namespace MtlSplit.IoT.Contracts.Wire;

/// <summary>The wire types of Protocol Buffers that are still in use.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Block = 2,
    Fixed32 = 5,
}
