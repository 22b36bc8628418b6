namespace MtlSplit.IoT.HubGateway.Counting;

/// <summary>The gateway's counters. Thread-safe.</summary>
internal sealed class Ledger
{
    private readonly long[] _counts = new long[Enum.GetValues<Tally>().Length];
    private int _connections;

    /// <summary>Clients connected now.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public long this[Tally tally] => Interlocked.Read(ref _counts[(int)tally]);

    public void Count(Tally tally) => Interlocked.Increment(ref _counts[(int)tally]);

    public void Arrive()
    {
        Count(Tally.Accepted);
        Interlocked.Increment(ref _connections);
    }

    public void Leave() => Interlocked.Decrement(ref _connections);

    public GatewayStatistics Read(int sessions) => new()
    {
        Connections = Connections,
        Sessions = sessions,
        Accepted = this[Tally.Accepted],
        Refused = this[Tally.Refused],
        Ended = this[Tally.Ended],
        TakenOver = this[Tally.TakenOver],
        OverConnectionLimit = this[Tally.OverConnectionLimit],
        NeverConnected = this[Tally.NeverConnected],
        Faults = this[Tally.Faults],
        Silent = this[Tally.Silent],
        Expired = this[Tally.Expired],
        Stalled = this[Tally.Stalled],
        Telemetry = this[Tally.Telemetry],
        TelemetryFailed = this[Tally.TelemetryFailed],
        Wills = this[Tally.Wills],
        TwinReads = this[Tally.TwinReads],
        TwinUpdates = this[Tally.TwinUpdates],
        TwinFailures = this[Tally.TwinFailures],
        UnaskedAnswers = this[Tally.UnaskedAnswers],
        DesiredSent = this[Tally.DesiredSent],
        MethodCalls = this[Tally.MethodCalls],
        MethodsUnreachable = this[Tally.MethodsUnreachable],
        MethodTimeouts = this[Tally.MethodTimeouts],
        Inputs = this[Tally.Inputs],
        InputRepeats = this[Tally.InputRepeats],
        InputTimeouts = this[Tally.InputTimeouts],
        InputsBusy = this[Tally.InputsBusy],
        UnknownFilters = this[Tally.UnknownFilters],
        OverSubscriptionLimit = this[Tally.OverSubscriptionLimit],
        SessionsForgotten = this[Tally.SessionsForgotten],
    };
}
