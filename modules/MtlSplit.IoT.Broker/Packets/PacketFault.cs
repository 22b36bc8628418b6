namespace MtlSplit.IoT.Broker.Packets;

/// <summary>Why bytes from a client are no packet: the MQTT 5 reason code and what was wrong, in words for the log and the client.</summary>
internal readonly record struct PacketFault(byte Reason, string What);
