namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>Why bytes from a client are no packet, or are one that may not be here. The default value says that nothing is wrong.</summary>
/// <param name="Reason">One of <see cref="Packets.Reason"/>; 0 = no fault.</param>
/// <param name="What">What was wrong, in words for the log and the client.</param>
public readonly record struct PacketFault(byte Reason, string What);
