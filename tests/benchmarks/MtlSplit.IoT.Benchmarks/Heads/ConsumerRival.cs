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

    // More than the consumer may hold unacknowledged, so that it never waits for the source.
    private const int Ahead = 1024;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-bench-");
    private readonly HeadConsumerService _consumer;
    private readonly FeatureSource _source;
    private readonly RawConnection _predictions;
    private readonly Thread _reading;
    private ArrivalCounter? _turn;

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
        _reading = new Thread(() => new RawSubscriber(_predictions).Run(count => Volatile.Read(ref _turn)?.Arrived(count)));
        _reading.Start();
    }

    /// <summary>Bytes of one feature message.</summary>
    public int MessageBytes => _source.Payload.Length;

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

    public async Task<Throughput> RunAsync(TimeSpan length)
    {
        var turn = new ArrivalCounter(MessageBytes, Ahead);
        Volatile.Write(ref _turn, turn);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var sent = await _source.RunAsync(turn, length);
        var rate = await turn.FinishAsync(sent);
        return new Throughput(rate, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)sent);
    }

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
