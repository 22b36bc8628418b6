using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Benchmarks.Bus;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.HeadConsumer.Running;
using MtlSplit.IoT.Hosting.Bus;

namespace MtlSplit.IoT.Benchmarks.Heads;

/// <summary>The whole head consumer, features in and predictions out through the broker.</summary>
internal sealed class ConsumerRival : IAsyncDisposable
{
    private const string Fleet = "bench";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-bench-");
    private readonly HeadConsumerService _consumer;
    private readonly FeatureSource _source;
    private readonly RawConnection _predictions;
    private readonly Thread _reading;

    private ConsumerRival(Bundle bundle, string task, int port)
    {
        _consumer = new HeadConsumerService(
            Options.Create(new HeadConsumerOptions { Fleet = Fleet, Task = task, Consumer = "bench", Models = ModelsOf(bundle), Data = _data.FullName }),
            Options.Create(new BusSettings { Port = port }),
            TimeProvider.System,
            NullLogger<HeadConsumerService>.Instance);
        _source = new FeatureSource(bundle, port, DataTopics.Feature(Fleet, "car-1", bundle.Contract), session: 1);
        _predictions = new RawConnection(port, "bench-predictions");
        _predictions.Subscribe(DataTopics.AllPredictions(Fleet));
        _reading = new Thread(() => new RawSubscriber(_predictions).Run(_source.Arrived));
        _reading.Start();
    }

    public static async Task<ConsumerRival> StartAsync(Bundle bundle, string task, int port)
    {
        var rival = new ConsumerRival(bundle, task, port);
        using var status = new RawConnection(port, "bench-status");
        status.Subscribe(DataTopics.AllHeadConsumers(Fleet));
        await rival._consumer.StartAsync(CancellationToken.None);

        // Its first status says that its subscriptions stand.
        await Task.Run(() => status.Receive(new byte[4096]));
        return rival;
    }

    public Task<Throughput> RunAsync(TimeSpan length) => _source.RunAsync(length);

    public async ValueTask DisposeAsync()
    {
        await _consumer.StopAsync(CancellationToken.None);
        _consumer.Dispose();
        _predictions.Shutdown();
        _reading.Join();
        _predictions.Dispose();
        _source.Dispose();
        _data.Delete(recursive: true);
    }

    // models/NAME/VERSION
    private static string ModelsOf(Bundle bundle) => Path.GetFullPath(Path.Combine(bundle.Folder, "..", ".."));
}
