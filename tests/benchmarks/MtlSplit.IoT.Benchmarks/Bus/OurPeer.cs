using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>Our client as the product uses it: its default window, every message acknowledged by hand.</summary>
internal sealed class OurPeer : IBusPeer
{
    private const string Topic = "bench/ours";

    private readonly BusConnection _publisher;
    private readonly BusConnection _subscriber;
    private Task _reading = Task.CompletedTask;
    private ArrivalCounter? _turn;

    private OurPeer(int port)
    {
        _publisher = Connection(port, "bench-ours-publisher");
        _subscriber = Connection(port, "bench-ours-subscriber");
    }

    public string Name => "ours";

    public static async Task<OurPeer> ConnectAsync(int port)
    {
        var peer = new OurPeer(port);
        peer._publisher.Start();
        peer._subscriber.Start();
        var subscription = await peer._subscriber.SubscribeAsync(Topic, CancellationToken.None);
        await peer._publisher.WhenConnectedAsync(CancellationToken.None);
        peer._reading = Task.Run(() => peer.ReadAsync(subscription));
        return peer;
    }

    public async Task<PeerTurn> RunAsync(byte[] payload, TimeSpan length)
    {
        var turn = new ArrivalCounter(payload.Length);
        Volatile.Write(ref _turn, turn);
        var sent = await Task.Run(() => PublishAsync(turn, payload, length));
        return new PeerTurn(await turn.FinishAsync(sent), sent);
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync();
        await _subscriber.DisposeAsync();
        await _reading;
    }

    private static BusConnection Connection(int port, string name) => new(
        new BusOptions { Port = port, ClientId = name, CleanStart = true, SessionExpiry = TimeSpan.Zero, PublishTimeout = TimeSpan.FromSeconds(30) },
        TimeProvider.System,
        NullLogger.Instance);

    private async Task<long> PublishAsync(ArrivalCounter turn, byte[] payload, TimeSpan length)
    {
        var message = new BusMessage(Topic, payload);
        var sent = 0L;
        Task<PublishResult> last;
        do
        {
            await turn.RoomAsync(sent);
            last = await _publisher.PublishAsync(message, CancellationToken.None);
            sent++;
        }
        while (turn.Elapsed < length);
        var result = await last;
        return result.Outcome == PublishOutcome.Delivered ? sent : throw new IOException($"The last publish ended as {result.Outcome}.");
    }

    private async Task ReadAsync(IBusSubscription subscription)
    {
        while (await subscription.Deliveries.WaitToReadAsync())
        {
            while (subscription.Deliveries.TryRead(out var delivery))
            {
                delivery.Acknowledge();
                Volatile.Read(ref _turn)?.Arrived();
            }
        }
    }
}
