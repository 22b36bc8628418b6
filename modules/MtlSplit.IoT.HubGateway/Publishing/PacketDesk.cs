using Microsoft.Extensions.Logging;
using MtlSplit.IoT.HubGateway.Arriving;
using MtlSplit.IoT.HubGateway.Counting;
using MtlSplit.IoT.HubGateway.Delivering;
using MtlSplit.IoT.HubGateway.Sessions;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.HubGateway.Publishing;

/// <summary>
/// Looks at each packet of a connected client as it comes: what the gateway can answer itself is answered, what the backend must see
/// goes to the backlog. Nothing that a client publishes goes to another client. Thread-safe.
/// </summary>
internal sealed class PacketDesk(GatewayOptions options, MethodDesk methods, Ledger ledger, ILogger logger)
{
    /// <summary>Handles one packet; at what breaks a rule the connection ends.</summary>
    public void Handle(ClientConnection connection, HubSession session, in ClientPacket packet)
    {
        switch (packet.Kind)
        {
            case PacketKind.Publish:
                Publish(connection, session, packet.Message!, packet.Id);
                break;
            case PacketKind.PubAck:
                connection.Inputs.Acknowledge(packet.Id);
                break;
            case PacketKind.Subscribe:
                Subscribe(connection, session, packet.Id, packet.Filters!);
                break;
            case PacketKind.Unsubscribe:
                Unsubscribe(connection, session, packet.Id, packet.Filters!);
                break;
            case PacketKind.PingReq:
                connection.Write(0, static (output, _) => PacketEncoder.PingResp(output));
                break;
            default:
                connection.End(EndKind.Left, "the client said goodbye");
                break;
        }
    }

    private void Publish(ClientConnection connection, HubSession session, Message message, ushort id)
    {
        if (!HubTopic.TryParse(message.Topic.Name, out var topic))
        {
            connection.End(EndKind.Fault, $"it published on '{message.Topic.Name}', which is not of the dialect");
            return;
        }

        switch (topic.Kind)
        {
            case HubTopicKind.Telemetry when topic.Identity != session.Identity:
                connection.End(EndKind.Fault, $"it published for {topic.Identity}");
                return;
            case HubTopicKind.Telemetry when TelemetryReader.SizeOf(message, topic) > options.MaxMessageBytes:
                connection.End(EndKind.Fault, $"it published a message over the limit of {options.MaxMessageBytes} bytes");
                return;
            case HubTopicKind.MethodResponse:
                // At once: an answer must not wait behind messages for a backend that waits for it. Only its acknowledgement waits its turn.
                methods.Answer(session.Identity, topic.RequestId!, topic.Status!.Value, message.Payload);
                break;
            case HubTopicKind.Telemetry or HubTopicKind.TwinGet or HubTopicKind.TwinPatchReported:
                break;
            default:
                connection.End(EndKind.Fault, $"it published on '{message.Topic.Name}', which is the hub's to publish on");
                return;
        }

        if (topic.Kind != HubTopicKind.MethodResponse || id != 0)
        {
            connection.Backlog.Add(new Work(message, topic, id, null));
        }
    }

    private void Subscribe(ClientConnection connection, HubSession session, ushort id, FilterRequest[] filters)
    {
        var reasons = new byte[filters.Length];
        for (var i = 0; i < filters.Length; i++)
        {
            reasons[i] = Subscribe(session, filters[i]);
        }

        connection.Write((id, reasons), static (output, state) => PacketEncoder.SubAck(output, ProtocolVersion.Mqtt311, state.id, state.reasons));
        connection.Backlog.Add(new Work(null, null, 0, session.Read()));
        methods.Announce(session.Identity);
    }

    private byte Subscribe(HubSession session, in FilterRequest request)
    {
        if (!HubFilter.TryParse(request.Filter, session.Identity, out var kind))
        {
            ledger.Count(Tally.UnknownFilters);
            Log.FilterRefused(logger, session.Identity, request.Filter, "it is none of the dialect's, or another client's");
            return Reason.Unspecified;
        }

        // QoS 2 is not offered; what is asked for is more than what is given, which MQTT allows.
        var qos = Math.Min(request.Qos, (byte)1);
        if (session.TrySubscribe(request.Filter, kind, qos, options.MaxSubscriptions))
        {
            return qos;
        }

        ledger.Count(Tally.OverSubscriptionLimit);
        Log.FilterRefused(logger, session.Identity, request.Filter, "it has as many as it may");
        return Reason.Unspecified;
    }

    private static void Unsubscribe(ClientConnection connection, HubSession session, ushort id, FilterRequest[] filters)
    {
        foreach (var filter in filters)
        {
            session.Unsubscribe(filter.Filter);
        }

        connection.Write(id, static (output, id) => PacketEncoder.UnsubAck(output, ProtocolVersion.Mqtt311, id, []));
        connection.Backlog.Add(new Work(null, null, 0, session.Read()));
    }
}
