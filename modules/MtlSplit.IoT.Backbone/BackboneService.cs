using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Predictions;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Backbone.Status;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone;

/// <summary>
/// The vehicle's journey from frame to feature: capture, extraction and publishing side by side, with status and predictions
/// beside them. A stop goes the same way: capture ends, workers finish what waits, the outbox drains, the status says offline.
/// </summary>
internal sealed class BackboneService(
    IOptions<BackboneOptions> options,
    IOptions<BusSettings> busSettings,
    FrameSources sources,
    FrameSession session,
    BackboneCounters counters,
    TimeProvider time,
    ILoggerFactory logs,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly BackboneOptions _options = options.Value;
    private readonly ILogger _log = logs.CreateLogger<BackboneService>();
    private ProvenBundle? _proven;
    private IFrameSource? _source;
    private IFeatureStore? _store;

    /// <summary>Refuses to start with a bundle, a source or an outbox that cannot be used.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _proven = ProvenBundle.Open(_options, _log);
        try
        {
            _source = sources.Open(_proven.Bundle.Descriptor.Input, _options.Vehicle);
        }
        catch (FrameSourceException e)
        {
            throw new StartException(e.Message, e);
        }

        _store = FeatureStores.Open(_options, time, _log);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (bundle, encoding) = _proven!;
        await using var source = _source!;
        using var store = _store!;
        await using var bus = new BusConnection(
            busSettings.Value.ToOptions($"{_options.Fleet}-{_options.Vehicle}-backbone", StatusReporter.Will(_options)), time, logs.CreateLogger<BusConnection>());
        var pool = new FramePool(_options.WaitingFrames + _options.Workers + 1, bundle.Descriptor.Input.Length);
        var queue = new FrameQueue(_options.WaitingFrames, _options.WhenBusy, pool, counters);
        var publisher = new FeaturePublisher(
            bus,
            PublishedContract.Of(_options, bundle.Contract, bundle.Descriptor.ToCanonicalJson()),
            store,
            busSettings.Value.PublishWindow * 2,
            _options,
            counters,
            time,
            logs.CreateLogger<FeaturePublisher>());
        counters.Watch(() => publisher.Statistics, time);
        var reporter = new StatusReporter(bus, _options, bundle, counters, () => publisher.Statistics, time, logs.CreateLogger<StatusReporter>());
        var reader = new PredictionReader(bus, _options, counters, time, logs.CreateLogger<PredictionReader>());
        var extractors = Enumerable.Range(0, _options.Workers).Select(_ => new FeatureExtractor(bundle.BackbonePath, bundle.Descriptor, encoding, counters, time)).ToArray();
        using var capturing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var publishing = new CancellationTokenSource();
        using var aside = new CancellationTokenSource();
        try
        {
            bus.Start();
            var extraction = StopCaptureOnFailure(new ExtractionStage(queue, pool, extractors, publisher).RunAsync());
            var publication = StopCaptureOnFailure(publisher.RunAsync(publishing.Token));
            var besides = StopCaptureOnFailure(Task.WhenAll(reporter.RunAsync(aside.Token), reader.RunAsync(aside.Token)));
            var failure = await CaptureAsync(new FrameCapture(source, queue, pool, session.Value, counters, time), capturing.Token);
            queue.Complete();
            await Task.WhenAny(extraction);
            publisher.Finish();
            publishing.CancelAfter(_options.DrainTimeout);
            await Task.WhenAny(publication);
            await aside.CancelAsync();
            await Task.WhenAny(besides);
            await SayGoodbyeAsync(bus, reporter);
            await publisher.GiveUpTheRestAsync(CancellationToken.None);
            Log.Stopped(_log, counters.Captured, counters.Dropped, counters.Delivered, counters.GivenUp.Values.Sum());
            await Task.WhenAll(extraction, publication, besides);
            if (failure is not null)
            {
                throw new StartException(failure.Message, failure);
            }
        }
        finally
        {
            foreach (var extractor in extractors)
            {
                extractor.Dispose();
            }
        }

        lifetime.StopApplication();

        async Task StopCaptureOnFailure(Task part)
        {
            try
            {
                await part;
            }
            catch
            {
                await capturing.CancelAsync();
                throw;
            }
        }
    }

    private async Task<FrameSourceException?> CaptureAsync(FrameCapture capture, CancellationToken ct)
    {
        try
        {
            await capture.RunAsync(_options.Frames, ct);
            return null;
        }
        catch (FrameSourceException e)
        {
            return e;
        }
    }

    private async Task SayGoodbyeAsync(BusConnection bus, StatusReporter reporter)
    {
        using var limit = new CancellationTokenSource(Goodbye, time);
        try
        {
            await reporter.ReportOfflineAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The broker is away; its will says the same.
        }

        await bus.CloseAsync(Goodbye, CancellationToken.None);
    }
}
