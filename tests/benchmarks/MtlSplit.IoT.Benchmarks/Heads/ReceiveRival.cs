using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Benchmarks.Heads;

/// <summary>A subscription of our client that does nothing but acknowledge: what the broker and the client let through.</summary>
internal sealed class ReceiveRival : IAsyncDisposable
{
    private const string Topic = "bench/bare/features";

    private readonly BusConnection _bus;
    private readonly FeatureSource _source;
    private Task _reading = Task.CompletedTask;
    private ArrivalCounter? _turn;

    private ReceiveRival(Bundle bundle, int port)
    {
        _bus = new BusConnection(new BusOptions { Port = port, ClientId = "bench-bare", CleanStart = true }, TimeProvider.System, NullLogger.Instance);
        _source = new FeatureSource(bundle, port, Topic, session: 2);
    }

    public static async Task<ReceiveRival> StartAsync(Bundle bundle, int port)
    {
        var rival = new ReceiveRival(bundle, port);
        rival._bus.Start();
        var subscription = await rival._bus.SubscribeAsync($"$share/bench/{Topic}", CancellationToken.None);
        rival._reading = Task.Run(() => rival.ReadAsync(subscription));
        return rival;
    }

    public async Task<Throughput> RunAsync(TimeSpan length)
    {
        var turn = new ArrivalCounter(_source.Payload.Length, 1024);
        Volatile.Write(ref _turn, turn);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var sent = await _source.RunAsync(turn, length);
        var rate = await turn.FinishAsync(sent);
        return new Throughput(rate, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)sent);
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _reading;
        _source.Dispose();
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
