using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Backbone.Control;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Frames;
using MtlSplit.IoT.Backbone.Predictions;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Backbone.Status;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone;

/// <summary>
/// The vehicle's journey from frame to feature: capture, extraction and publishing side by side, with status, predictions and control
/// beside them. A stop goes the same way: capture ends, workers finish what waits, the outbox drains, the status says offline.
/// </summary>
internal sealed class BackboneService(
    IControl control,
    IOptions<BusSettings> busSettings,
    FrameSources sources,
    FrameSession session,
    LiveBackbone live,
    FrameLedger ledger,
    BackboneCounters counters,
    TimeProvider time,
    ILoggerFactory logs,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly ILogger _log = logs.CreateLogger<BackboneService>();

    /// <summary>Refuses to start with what cannot be used.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await control.OpenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Assignment assignment;
        try
        {
            assignment = await control.JoinAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It was stopped before it had anything to do.
            return;
        }

        await RunAsync(assignment, stoppingToken);
        lifetime.StopApplication();
    }

    private async Task RunAsync(Assignment assignment, CancellationToken stoppingToken)
    {
        var options = assignment.Options;
        var first = live.Current!;
        await using var source = OpenSource(first, options);
        using var store = FeatureStores.Open(options, time, _log);
        await using var bus = new BusConnection(
            assignment.Bus($"{options.Fleet}-{options.Vehicle}-backbone", StatusReporter.Will(options)), time, logs.CreateLogger<BusConnection>());
        var pool = new FramePool(options.WaitingFrames + options.Workers + 1, first.Bundle.Descriptor.Input.Length);
        var queue = new FrameQueue(options.WaitingFrames, options.WhenBusy, pool, counters);
        var publisher = new FeaturePublisher(
            bus,
            PublishedContract.Of(options, first.Bundle.Contract, first.Bundle.Descriptor.ToCanonicalJson()),
            store,
            busSettings.Value.PublishWindow * 2,
            options,
            counters,
            time,
            logs.CreateLogger<FeaturePublisher>());
        counters.Watch(() => publisher.Statistics, time);
        var reporter = new StatusReporter(bus, options, live, counters, store, () => publisher.Statistics, time, logs.CreateLogger<StatusReporter>());
        var reader = new PredictionReader(bus, options, counters, assignment.Observer, time, logs.CreateLogger<PredictionReader>());
        var notices = new QuarantineNoticeReader(bus, options, assignment.Observer, logs.CreateLogger<QuarantineNoticeReader>());
        using var capturing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var publishing = new CancellationTokenSource();
        using var aside = new CancellationTokenSource();
        bus.Start();
        var extraction = EndCaptureAfter(new ExtractionStage(queue, pool, live, new AccountedSink(ledger, publisher)).RunAsync());
        var publication = EndCaptureAfter(publisher.RunAsync(publishing.Token));
        var besides = EndCaptureAfter(Task.WhenAll(reporter.RunAsync(aside.Token), reader.RunAsync(aside.Token), notices.RunAsync(aside.Token)));
        var steering = EndCaptureAfter(control.RunAsync(capturing.Token));
        var failure = await CaptureAsync(new FrameCapture(source, queue, pool, session.Value, counters, time), options.Frames, capturing.Token);
        queue.Complete();
        await Task.WhenAny(extraction);
        publisher.Finish();
        publishing.CancelAfter(options.DrainTimeout);
        await Task.WhenAny(publication);
        await aside.CancelAsync();
        await Task.WhenAny(besides);
        await SayGoodbyeAsync(bus, reporter);
        await publisher.GiveUpTheRestAsync(CancellationToken.None);
        Log.Stopped(_log, counters.Captured, counters.Dropped, counters.Delivered, counters.GivenUp.Values.Sum());
        await Task.WhenAll(extraction, publication, besides, steering);
        if (failure is not null)
        {
            throw new StartException(failure.Message, failure);
        }

        // Capture without one of the others would fill the vehicle up, or run what nobody steers.
        async Task EndCaptureAfter(Task part)
        {
            try
            {
                await part;
            }
            finally
            {
                await capturing.CancelAsync();
            }
        }
    }

    private IFrameSource OpenSource(LoadedBackbone backbone, BackboneOptions options)
    {
        try
        {
            return sources.Open(backbone.Bundle.Descriptor.Input, options.Vehicle);
        }
        catch (FrameSourceException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    private static async Task<FrameSourceException?> CaptureAsync(FrameCapture capture, long? frames, CancellationToken ct)
    {
        try
        {
            await capture.RunAsync(frames, ct);
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
