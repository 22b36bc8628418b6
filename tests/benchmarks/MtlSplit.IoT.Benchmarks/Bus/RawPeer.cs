using System.Net.Sockets;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>
/// Bare sockets with nothing but what QoS 1 asks for: what a client could reach at best. One thread serves both ends, so that they take no core from
/// the broker, and whatever came while it was busy with one end is dealt with at once.
/// </summary>
internal sealed class RawPeer : IBusPeer
{
    private readonly string _topic;
    private readonly RawConnection _publisher;
    private readonly RawConnection _subscriber;
    private readonly RawSubscriber _reader;
    private readonly List<Socket> _ready = [];
    private readonly int _window;

    public RawPeer(int port, int window)
    {
        _window = window;
        _topic = $"bench/raw{window}";
        _publisher = new RawConnection(port, $"bench-raw{window}-publisher");
        _subscriber = new RawConnection(port, $"bench-raw{window}-subscriber");
        _subscriber.Subscribe(_topic);
        _reader = new RawSubscriber(_subscriber);
    }

    public string Name => $"raw socket, {_window}";

    public Task<PeerTurn> RunAsync(byte[] payload, TimeSpan length) =>
        Task.Factory.StartNew(() => Run(payload, length), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public ValueTask DisposeAsync()
    {
        _subscriber.Dispose();
        _publisher.Dispose();
        return ValueTask.CompletedTask;
    }

    private PeerTurn Run(byte[] payload, TimeSpan length)
    {
        var publisher = new RawPublisher(_publisher, _topic, payload, _window);
        var turn = new ArrivalCounter(payload.Length);
        var arrived = 0L;
        while (true)
        {
            if (turn.Elapsed < length)
            {
                publisher.SendSome(turn.Room(publisher.Sent));
            }
            else if (publisher.Open == 0 && arrived == publisher.Sent)
            {
                return new PeerTurn(arrived / turn.Elapsed.TotalSeconds, arrived);
            }

            // If the broker waits for this core, it goes first: then more has come, and one call deals with it.
            Thread.Yield();
            var (answers, messages) = RawConnection.WaitForEither(_publisher, _subscriber, _ready);
            if (messages)
            {
                var count = _reader.Receive();
                arrived += count;
                turn.Arrived(count);
            }

            if (answers)
            {
                publisher.ReceiveAnswers();
            }
        }
    }
}
