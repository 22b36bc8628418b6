using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Contracts.Quarantine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Predictions;

/// <summary>Hears what of this vehicle's features the cloud put into quarantine. Used by one loop.</summary>
/// <param name="bus">The data plane.</param>
/// <param name="options">Which vehicle.</param>
/// <param name="observer">Told of each notice once; null: there is no bundle to prove.</param>
/// <param name="log">Told of every notice, and of what is none.</param>
internal sealed class QuarantineNoticeReader(IBusConnection bus, BackboneOptions options, FieldObserver? observer, ILogger<QuarantineNoticeReader> log)
{
    private readonly Lately<QuarantineNotice> _seen = new(1024);

    /// <summary>Reads until the token ends it. A broker that refuses the subscription is logged; a bundle is then proven by its answers alone.</summary>
    public Task RunAsync(CancellationToken ct) =>
        OwnTopic.ReadAsync(bus, DataTopics.VehicleQuarantine(options.Fleet, options.Vehicle), Read, why => Log.NoticesRefused(log, why), ct);

    private void Read(BusDelivery delivery)
    {
        if (!QuarantineNotice.TryRead(delivery.Payload, out var notice, out var fault))
        {
            Log.NotANotice(log, delivery.Payload.Length, delivery.Topic, fault.ToString());
            return;
        }

        if (_seen.IsNew(notice))
        {
            Log.Quarantined(log, notice.Features, notice.Task, notice.Contract.ShortForm, notice.Reason, notice.Frame?.ToString() ?? "unreadable");
            observer?.Quarantined(notice);
        }
    }
}
