using System.Diagnostics.Metrics;
using MtlSplit.IoT.Broker.Dispatch;

namespace MtlSplit.IoT.Broker.Listening;

/// <summary>The broker's metrics, on the meter "MtlSplit.IoT.Broker". Dispose ends them.</summary>
internal sealed class BrokerInstruments : IDisposable
{
    private readonly Meter _meter = new(MqttBroker.MeterName);

    public BrokerInstruments(Ledger ledger)
    {
        Count("received", "Messages that clients published.", () => ledger.Received);
        Count("sent", "Messages sent to clients.", () => ledger.Sent);
        Count("acknowledged", "Messages that clients acknowledged.", () => ledger.Acknowledged);
        Count("no_subscriber", "Messages that nobody had subscribed to.", () => ledger.NoSubscriber);
        Count("refused", "Messages refused because the total budget was used up.", () => ledger.Refused);
        Count("unauthorised", "Publishes and subscriptions that the client may not make.", () => ledger.Unauthorised);
        Count("message_expired", "Messages whose own expiry passed.", () => ledger.MessageExpired);
        Count("group_expired", "Messages expired by a shared group's bounds.", () => ledger.GroupExpired);
        Count("observer_dropped", "Messages dropped from plain subscribers' queues.", () => ledger.ObserverDropped);
        Count("moved", "Messages that moved from one member of a group to be given to another.", () => ledger.Moved);
        Count("hold_disconnects", "Members disconnected for holding a message too long.", () => ledger.HoldDisconnects);
        _meter.CreateObservableGauge("mtlsplit.broker.kept", () => ledger.KeptBytes, "By", "Bytes kept in queues, unacknowledged and retained.");
    }

    public void Dispose() => _meter.Dispose();

    private void Count(string name, string description, Func<long> read) =>
        _meter.CreateObservableCounter($"mtlsplit.broker.{name}", read, "{message}", description);
}
