namespace MtlSplit.IoT.HubFidelity.Tests.Packets;

/// <summary>What one field of a packet holds from Microsoft's client and from ours.</summary>
/// <param name="Packet">The packet, by what it is for.</param>
/// <param name="Field">The field.</param>
/// <param name="Node">From Microsoft's client; null: it sends no such field, or no such packet.</param>
/// <param name="Ours">From ours.</param>
internal sealed record Difference(string Packet, string Field, string? Node, string? Ours);
