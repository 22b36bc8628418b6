using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.HeadConsumer.Batching;
using MtlSplit.IoT.HeadConsumer.Heads;
using MtlSplit.IoT.HeadConsumer.Intake;
using MtlSplit.IoT.HeadConsumer.Publishing;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.HeadConsumer.Running;

/// <summary>
/// The consumer from its first connection to its last acknowledgement. A stop ends the intake, answers what has come in, waits
/// for the acknowledgements, and says goodbye.
/// </summary>
internal sealed class HeadConsumerService(IOptions<HeadConsumerOptions> options, IOptions<BusSettings> busSettings, TimeProvider time, ILogger<HeadConsumerService> logger) : BackgroundService
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value;
        var busOptions = busSettings.Value.ToOptions($"head-{settings.Task}-{settings.Consumer}", StatusReporter.Will(settings));
        busOptions.ReceiveMaximum = Math.Max(busOptions.ReceiveMaximum, 2 * settings.MaxBatch);
        busOptions.PublishWindow = Math.Max(busOptions.PublishWindow, settings.MaxBatch);
        await using var bus = new BusConnection(busOptions, time, logger);
        using var metrics = new HeadConsumerMetrics(settings.Task);
        using var quarantineLog = new QuarantineLog(Path.Combine(settings.Data, "quarantine", settings.Task), new QuarantineOptions(), time);
        var window = new RepeatWindow(settings.RepeatWindow);
        var notifier = new QuarantineNotifier(bus, settings.Fleet, settings.Task, 2 * busOptions.ReceiveMaximum, time, logger);
        var quarantine = new FeatureQuarantine(quarantineLog, notifier, window, 2 * busOptions.ReceiveMaximum, metrics, time, logger);
        var seeds = LoadSeeds(settings.Models);
        var inUse = new ContractsInUse();
        using var shelf = new HeadShelf(settings.Task, new HeadStore(settings.Data, settings.Fleet, seeds), seeds, inUse, settings.MaxBatch, metrics, time, logger);
        var queue = new AnswerQueue(2 * busOptions.ReceiveMaximum, time);
        var publisher = new PredictionPublisher(bus, settings.Fleet, settings.Task, window, quarantine, metrics, time);
        var loop = new AnswerLoop(
            settings.Task,
            new BatchReader(queue.Reader, new BatchPolicy(settings.MaxBatch, TimeSpan.FromMilliseconds(settings.MaxDelayMs)), time),
            settings.MaxBatch,
            new HeldFeatures(settings.Hold, time),
            shelf,
            quarantine,
            window,
            publisher,
            metrics,
            time);
        var reporter = new StatusReporter(bus, settings, shelf, window, quarantine, metrics, queue, time);

        Bundle[] known = [.. seeds.Bundles.Where(b => b.FindTask(settings.Task) is not null)];
        if (known.Length == 0)
        {
            Log.NoHeadYet(logger, Path.GetFullPath(settings.Models), settings.Task);
        }

        foreach (var bundle in known)
        {
            // The heads that came with the bundles are warmed before the first feature asks for them.
            shelf.Find(bundle.Contract);
        }

        bus.Start();
        await bus.WhenConnectedAsync(stoppingToken);
        await using var contracts = await bus.SubscribeAsync(DataTopics.AllContracts(settings.Fleet), stoppingToken);
        await using var vehicles = await bus.SubscribeAsync(DataTopics.AllVehicleStatus(settings.Fleet), stoppingToken);
        await using var features = await bus.SubscribeAsync(DataTopics.SharedFeatures(settings.Fleet, settings.Task), stoppingToken);
        Log.Started(logger, settings.Task, settings.Fleet, settings.Consumer);

        using var helpers = new CancellationTokenSource();
        Task[] besides =
        [
            shelf.RunAsync(settings.PointerInterval, settings.IdleHead, HeldFeatures.Pause * settings.Hold, helpers.Token),
            new DescriptorListener(shelf, logger).RunAsync(contracts, helpers.Token),
            new VehicleListener(inUse).RunAsync(vehicles, helpers.Token),
            reporter.RunAsync(helpers.Token),
        ];
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stop = stoppingToken.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).CancelAfter(DrainLimit), abandon);
        var answering = Task.Run(() => loop.RunAsync(abandon.Token), CancellationToken.None);
        var reading = ReadAsync(features, new FeatureIntake(window, quarantine, time), queue, settings.Leave, stoppingToken, abandon.Token);
        try
        {
            await await Task.WhenAny([reading, answering, .. besides]);
            await answering;
            await publisher.DrainAsync(abandon.Token);
            await notifier.DrainAsync(abandon.Token);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            Log.DrainCutShort(logger, publisher.InFlight);
        }

        await helpers.CancelAsync();
        await IgnoreCancellationAsync(Task.WhenAll(besides));
        using (var limit = new CancellationTokenSource(GoodbyeLimit, time))
        {
            await IgnoreCancellationAsync(reporter.PublishAsync(online: false, limit.Token));
        }

        await bus.CloseAsync(GoodbyeLimit, CancellationToken.None);
        Log.Stopped(logger, metrics.Answered, window.Repeats, quarantine.Count);
    }

    private static async Task ReadAsync(IBusSubscription subscription, FeatureIntake intake, AnswerQueue queue, bool leave, CancellationToken stopping, CancellationToken abandon)
    {
        try
        {
            await foreach (var delivery in subscription.Deliveries.ReadAllAsync(stopping))
            {
                if (intake.Read(delivery) is { } feature)
                {
                    await queue.Writer.WriteAsync(feature, abandon);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            if (leave)
            {
                // For good: the broker sends no more, and what it had sent is still answered.
                await subscription.UnsubscribeAsync(abandon);
                await foreach (var delivery in subscription.Deliveries.ReadAllAsync(abandon))
                {
                    if (intake.Read(delivery) is { } feature)
                    {
                        await queue.Writer.WriteAsync(feature, abandon);
                    }
                }
            }
        }
        finally
        {
            queue.Writer.Complete();
        }
    }

    private static async Task IgnoreCancellationAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
        }
    }

    private BundleCatalog LoadSeeds(string models)
    {
        var seeds = BundleCatalog.Load(models);
        foreach (var fault in seeds.Faults)
        {
            Log.BundleRefused(logger, fault.Message);
        }

        return seeds;
    }
}
