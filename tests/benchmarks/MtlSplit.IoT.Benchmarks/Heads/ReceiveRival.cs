using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Benchmarks.Heads;

/// <summary>A bare socket that shares a subscription and does nothing but acknowledge: all that the broker lets through, with no client of ours in it.</summary>
internal sealed class ReceiveRival : IDisposable
{
    private const string Topic = "bench/raw/features";

    private readonly FeatureSource _source;
    private readonly RawConnection _subscriber;
    private readonly Thread _reading;

    public ReceiveRival(Bundle bundle, int port)
    {
        _source = new FeatureSource(bundle, port, Topic, session: 2);
        _subscriber = new RawConnection(port, "bench-raw");
        _subscriber.Subscribe($"$share/bench-raw/{Topic}");
        _reading = new Thread(() => new RawSubscriber(_subscriber).Run(_source.Arrived));
        _reading.Start();
    }

    public Task<Throughput> RunAsync(TimeSpan length) => _source.RunAsync(length);

    public void Dispose()
    {
        _subscriber.Shutdown();
        _reading.Join();
        _subscriber.Dispose();
        _source.Dispose();
    }
}
