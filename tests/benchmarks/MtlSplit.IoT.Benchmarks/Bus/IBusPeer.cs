namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>One publisher and one subscriber of a kind, connected to a broker.</summary>
internal interface IBusPeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Publishes for a while, QoS 1, and waits until all of it has arrived and is acknowledged.</summary>
    /// <returns>What came of it, from the first publish to the last receipt.</returns>
    Task<PeerTurn> RunAsync(byte[] payload, TimeSpan length);
}
