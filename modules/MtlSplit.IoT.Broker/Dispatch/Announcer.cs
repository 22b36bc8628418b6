using System.Buffers;
using System.Text.Json;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Broker.Routing;

namespace MtlSplit.IoT.Broker.Dispatch;

/// <summary>
/// Says on <c>$SYS/broker/…</c> what was lost since it last said so: one JSON message a second for each group that expired messages,
/// each observer that lost some, and for refusals.
/// </summary>
internal sealed class Announcer(Publisher publisher, Ledger ledger, RoutingTable routing, SessionBook sessions)
{
    private readonly Topic _expired = new("$SYS/broker/expired");
    private readonly Topic _dropped = new("$SYS/broker/dropped");
    private readonly Topic _refused = new("$SYS/broker/refused");

    public void Announce()
    {
        foreach (var group in routing.Groups)
        {
            if (group.Expired > group.ExpiredReported)
            {
                var count = group.Expired - group.ExpiredReported;
                group.ExpiredReported = group.Expired;
                Say(_expired, json =>
                {
                    json.WriteString("group", group.Name);
                    json.WriteString("filter", group.Filter);
                    json.WriteNumber("expired", count);
                    json.WriteNumber("total", group.Expired);
                });
            }
        }

        foreach (var session in sessions.All)
        {
            if (session.Dropped > session.DroppedReported)
            {
                var count = session.Dropped - session.DroppedReported;
                session.DroppedReported = session.Dropped;
                Say(_dropped, json =>
                {
                    json.WriteString("client", session.ClientId);
                    json.WriteNumber("dropped", count);
                    json.WriteNumber("total", session.Dropped);
                });
            }
        }

        if (ledger.Refused > ledger.RefusedReported)
        {
            var count = ledger.Refused - ledger.RefusedReported;
            ledger.RefusedReported = ledger.Refused;
            Say(_refused, json =>
            {
                json.WriteNumber("refused", count);
                json.WriteNumber("total", ledger.Refused);
            });
        }
    }

    private void Say(Topic topic, Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        // At most once: news about a full broker must not fill it further.
        publisher.Publish(new Message(topic, bytes.WrittenSpan.ToArray(), [], 0, retain: false, null), null);
    }
}
