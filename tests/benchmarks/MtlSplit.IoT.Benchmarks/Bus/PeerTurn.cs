namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>One turn of a peer.</summary>
/// <param name="Rate">Messages received per second.</param>
/// <param name="Messages">Messages received.</param>
internal sealed record PeerTurn(double Rate, long Messages);
