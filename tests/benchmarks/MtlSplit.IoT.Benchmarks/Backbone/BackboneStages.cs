using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Benchmarks.Inference;
using MtlSplit.IoT.Benchmarks.Timing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Benchmarks.Backbone;

/// <summary>
/// The backbone process's own stages, put together as the process does, more and more of them; and ONNX Runtime alone on the same network
/// with as many threads.
/// </summary>
internal sealed class BackboneStages : IAsyncDisposable
{
    private const string Fleet = "bench";
    private const string Vehicle = "car-1";

    private readonly Bundle _bundle;
    private readonly BackboneOptions _options;
    private readonly TimeSpan _length;
    private readonly BackboneCounters _counters = new(new PlainMeters());
    private readonly PreparedFrames _frames;
    private readonly LiveBackbone _live;
    private readonly BareSession<byte>[] _bare;
    private readonly BusConnection _bus;
    private ulong _session;

    public BackboneStages(Bundle bundle, int workers, int port, TimeSpan length)
    {
        (_bundle, _length) = (bundle, length);
        _options = new BackboneOptions { Fleet = Fleet, Vehicle = Vehicle, Bundle = bundle.Folder, Workers = workers, WhenBusy = WhenBusy.Wait };
        var (input, feature) = (bundle.Descriptor.Input, bundle.Descriptor.Feature);
        _frames = new PreparedFrames(input.Length);
        _live = new LiveBackbone(workers, _options.Encoding, _counters, TimeProvider.System);
        _bare = [.. Enumerable.Range(0, workers).Select(_ => new BareSession<byte>(
            bundle.BackbonePath, "frame", [1, input.Height, input.Width, input.Channels], "feature", [1, .. feature.Shape], _frames[0]))];
        _bus = new BusConnection(new BusOptions { Port = port, ClientId = "bench-backbone", CleanStart = true }, TimeProvider.System, NullLogger.Instance);
        _bus.Start();
    }

    /// <summary>Loads the backbone. Before anything else.</summary>
    public ValueTask LoadAsync() => _live.SwapAsync(_bundle, CancellationToken.None);

    /// <summary>What a reader of the features subscribes to.</summary>
    public static string Features => DataTopics.AllFeatures(Fleet);

    /// <summary>Features given up so far, which must stay none.</summary>
    public long GivenUp => _counters.GivenUp.Values.Sum();

    /// <summary>ONNX Runtime alone.</summary>
    public Task<Throughput> BareAsync() => OnThreadsAsync(worker => _bare[worker].RunBound());

    /// <summary>Inference and encoding, without anything around them.</summary>
    public Task<Throughput> ExtractAsync()
    {
        var frames = Enumerable.Range(0, _options.Workers).Select(_ => new CapturedFrame(_bundle.Descriptor.Input.Length)).ToArray();
        for (var worker = 0; worker < frames.Length; worker++)
        {
            _frames[(ulong)worker].CopyTo(frames[worker].Rgb);
        }

        return OnThreadsAsync(worker => _live.Current!.Of(worker).Extract(frames[worker]));
    }

    /// <summary>From capture to the encoded feature, through the bounded queue.</summary>
    public Task<Throughput> CaptureAsync()
    {
        var sink = new CountingSink();
        return FlowAsync(sink, () => Task.CompletedTask, () => sink.Count);
    }

    /// <summary>From capture to the broker's acknowledgement.</summary>
    public async Task<Throughput> PublishAsync()
    {
        using var store = new MemoryFeatureStore(_options.OutboxFeatures);
        var publisher = new FeaturePublisher(
            _bus,
            PublishedContract.Of(_options, _bundle.Contract, _bundle.Descriptor.ToCanonicalJson()),
            store,
            new BusOptions().PublishWindow * 2,
            _options,
            _counters,
            TimeProvider.System,
            NullLogger<FeaturePublisher>.Instance);
        var before = _counters.Delivered;
        var publishing = publisher.RunAsync(CancellationToken.None);
        return await FlowAsync(
            publisher,
            () =>
            {
                publisher.Finish();
                return publishing;
            },
            () => _counters.Delivered - before);
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        _live.Dispose();

        foreach (var session in _bare)
        {
            session.Dispose();
        }

        _counters.Dispose();
    }

    private async Task<Throughput> FlowAsync(IFeatureSink sink, Func<Task> finish, Func<long> count)
    {
        var pool = new FramePool(_options.WaitingFrames + _options.Workers + 1, _bundle.Descriptor.Input.Length);
        var queue = new FrameQueue(_options.WaitingFrames, _options.WhenBusy, pool, _counters);
        var stage = new ExtractionStage(queue, pool, _live, sink);
        using var capturing = new CancellationTokenSource();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var busy = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        var extraction = stage.RunAsync();
        capturing.CancelAfter(_length);
        await Task.Run(() => new FrameCapture(_frames, queue, pool, ++_session, _counters, TimeProvider.System).RunAsync(limit: null, capturing.Token));
        queue.Complete();
        await extraction;
        await finish();
        var elapsed = Stopwatch.GetElapsedTime(began);
        var done = count();
        return new Throughput(done / elapsed.TotalSeconds, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)done, (Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / done);
    }

    private async Task<Throughput> OnThreadsAsync(Action<int> work)
    {
        var busy = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, _options.Workers).Select(worker => Task.Factory.StartNew(
            () =>
            {
                var (count, bytes) = (0L, GC.GetAllocatedBytesForCurrentThread());
                while (Stopwatch.GetElapsedTime(began) < _length)
                {
                    work(worker);
                    count++;
                }

                return (Count: count, Bytes: GC.GetAllocatedBytesForCurrentThread() - bytes);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        var results = await Task.WhenAll(threads);
        var total = results.Sum(r => r.Count);
        return new Throughput(total / Stopwatch.GetElapsedTime(began).TotalSeconds, results.Sum(r => r.Bytes) / (double)total, (Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / total);
    }
}
