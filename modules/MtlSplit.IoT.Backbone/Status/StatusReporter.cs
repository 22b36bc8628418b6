using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Backbone.Publishing;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Status;

/// <summary>
/// Keeps the vehicle's retained status on the bus: at the start, once a second, and when going offline. The broker publishes
/// <see cref="Will"/> when this process is gone without a goodbye; after a reconnect the next second puts that right.
/// </summary>
internal sealed class StatusReporter(
    IBusConnection bus, BackboneOptions options, LiveBackbone live, BackboneCounters counters, IFeatureStore store, Func<OutboxStatistics> outbox, TimeProvider time, ILogger<StatusReporter> log)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>What the broker says when the vehicle no longer can.</summary>
    public static BusMessage Will(BackboneOptions options) => Message(options, new VehicleStatus { Online = false });

    /// <summary>Reports until the token ends it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                // One report at a time: while the broker does not answer, newer counts replace older ones here, not there.
                await ReportAsync(online: true, ct);
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The last word is said by ReportOfflineAsync.
        }
    }

    /// <summary>Says that the vehicle stops.</summary>
    public Task ReportOfflineAsync(CancellationToken ct) => ReportAsync(online: false, ct);

    private static BusMessage Message(BackboneOptions options, VehicleStatus status) =>
        new(DataTopics.VehicleStatus(options.Fleet, options.Vehicle), status.ToJson()) { Retain = true, ContentType = "application/json" };

    private async Task ReportAsync(bool online, CancellationToken ct)
    {
        var waiting = outbox();
        var running = live.Current!;
        var status = new VehicleStatus
        {
            Online = online,
            Contract = running.Bundle.Contract.ToString(),
            HeldContracts = store.Contracts.Where(contract => contract != running.Bundle.Contract).Select(contract => contract.ToString()).ToArray() is { Length: > 0 } held ? held : null,
            Bundle = running.Bundle.Digest,
            Encoding = running.Encoding.Name,
            At = UnixMicroseconds.Now(time),
            FramesCaptured = counters.Captured,
            FramesDropped = counters.Dropped,
            FeaturesDelivered = counters.Delivered,
            FeaturesDropped = counters.GivenUp is { Count: > 0 } reasons ? reasons : null,
            OutboxFeatures = waiting.Features,
            OutboxBytes = waiting.Bytes,
            OutboxOldestAt = waiting.OldestAt is > 0 and var oldest ? oldest : null,
            EncodedBytes = counters.EncodedBytes,
            SaturatedShare = counters.SaturatedShare,
            PredictionsReceived = counters.Predictions,
        };
        var result = await (await bus.PublishAsync(Message(options, status), ct)).WaitAsync(ct);
        if (result.Outcome is not (PublishOutcome.Delivered or PublishOutcome.NoSubscriber))
        {
            Log.StatusRefused(log, result);
        }
    }
}
