using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Benchmarks.Heads;

/// <summary>A subscription of our client that does nothing but acknowledge: what is left of the raw rate before a head has run.</summary>
internal sealed class ClientRival : IAsyncDisposable
{
    private const string Topic = "bench/client/features";

    private readonly BusConnection _bus;
    private readonly FeatureSource _source;
    private Task _reading = Task.CompletedTask;

    private ClientRival(Bundle bundle, int port)
    {
        _bus = new BusConnection(new BusOptions { Port = port, ClientId = "bench-client", CleanStart = true }, TimeProvider.System, NullLogger.Instance);
        _source = new FeatureSource(bundle, port, Topic, session: 3);
    }

    public static async Task<ClientRival> StartAsync(Bundle bundle, int port)
    {
        var rival = new ClientRival(bundle, port);
        rival._bus.Start();
        var subscription = await rival._bus.SubscribeAsync($"$share/bench-client/{Topic}", CancellationToken.None);
        rival._reading = Task.Run(() => rival.ReadAsync(subscription));
        return rival;
    }

    public Task<Throughput> RunAsync(TimeSpan length) => _source.RunAsync(length);

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
                _source.Arrived(1);
            }
        }
    }
}
