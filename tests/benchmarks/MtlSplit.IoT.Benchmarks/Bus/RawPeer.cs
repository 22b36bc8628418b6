namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>Blocking sockets on a thread each, with nothing but what QoS 1 asks for: what a client could reach at best.</summary>
internal sealed class RawPeer : IBusPeer
{
    private readonly string _topic;
    private readonly RawConnection _publisher;
    private readonly RawConnection _subscriber;
    private readonly Thread _reading;
    private readonly int _window;
    private ArrivalCounter? _turn;

    public RawPeer(int port, int window)
    {
        _window = window;
        _topic = $"bench/raw{window}";
        _publisher = new RawConnection(port, $"bench-raw{window}-publisher");
        _subscriber = new RawConnection(port, $"bench-raw{window}-subscriber");
        _subscriber.Subscribe(_topic);
        _reading = new Thread(() => new RawSubscriber(_subscriber).Run(count => Volatile.Read(ref _turn)?.Arrived(count)));
        _reading.Start();
    }

    public string Name => $"raw socket, {_window}";

    public async Task<PeerTurn> RunAsync(byte[] payload, TimeSpan length)
    {
        var publisher = new RawPublisher(_publisher, _topic, payload, _window);
        var turn = new ArrivalCounter(payload.Length);
        Volatile.Write(ref _turn, turn);
        var sent = await Task.Factory.StartNew(
            () => publisher.Run(turn, length), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new PeerTurn(await turn.FinishAsync(sent), sent);
    }

    public ValueTask DisposeAsync()
    {
        _subscriber.Shutdown();
        _reading.Join();
        _subscriber.Dispose();
        _publisher.Dispose();
        return ValueTask.CompletedTask;
    }
}
