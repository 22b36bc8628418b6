namespace MtlSplit.IoT.Broker.Packets;

/// <summary>What came of decoding the front of a buffer.</summary>
internal enum DecodeStatus
{
    NeedMore,
    Packet,
    Fault,
}
