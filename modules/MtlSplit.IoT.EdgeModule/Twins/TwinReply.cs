namespace MtlSplit.IoT.EdgeModule.Twins;

/// <summary>The hub's answer to a twin request.</summary>
internal readonly record struct TwinReply(int Status, long? Version, ReadOnlyMemory<byte> Body);
