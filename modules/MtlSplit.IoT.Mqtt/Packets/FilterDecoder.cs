using System.Text;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>Decodes SUBSCRIBE and UNSUBSCRIBE. Whether a filter is well formed is judged later, filter by filter.</summary>
internal static class FilterDecoder
{
    public static PacketFault DecodeSubscribe(ProtocolVersion version, ref SpanReader reader, out ClientPacket packet)
    {
        packet = default;
        var fault = DecodeHead(version, Property.InSubscribe, ref reader, out var id, out var identifier);
        if (fault.Reason != Reason.Success)
        {
            return fault;
        }

        var filters = new List<FilterRequest>();
        while (!reader.Rest.IsEmpty)
        {
            if (!reader.TryText(out var filter) || !reader.TryByte(out var options))
            {
                return new PacketFault(Reason.Malformed, "a filter of SUBSCRIBE is malformed or cut short");
            }

            var qos = (byte)(options & 3);
            var handling = (byte)((options >> 4) & 3);
            if (qos == 3 || handling == 3 || (options & 0xC0) != 0 || (version != ProtocolVersion.Mqtt5 && options > 2))
            {
                return new PacketFault(Reason.ProtocolError, "a filter of SUBSCRIBE has reserved options set");
            }

            filters.Add(new FilterRequest(Encoding.UTF8.GetString(filter), qos, (options & 4) != 0, (options & 8) != 0, handling));
        }

        packet = new ClientPacket { Kind = PacketKind.Subscribe, Id = id, Filters = [.. filters], Number = identifier };
        return filters.Count > 0 ? default : new PacketFault(Reason.ProtocolError, "SUBSCRIBE has no filter");
    }

    public static PacketFault DecodeUnsubscribe(ProtocolVersion version, ref SpanReader reader, out ClientPacket packet)
    {
        packet = default;
        var fault = DecodeHead(version, Property.InUnsubscribe, ref reader, out var id, out _);
        if (fault.Reason != Reason.Success)
        {
            return fault;
        }

        var filters = new List<FilterRequest>();
        while (!reader.Rest.IsEmpty)
        {
            if (!reader.TryText(out var filter))
            {
                return new PacketFault(Reason.Malformed, "a filter of UNSUBSCRIBE is malformed or cut short");
            }

            filters.Add(new FilterRequest(Encoding.UTF8.GetString(filter), 0));
        }

        packet = new ClientPacket { Kind = PacketKind.Unsubscribe, Id = id, Filters = [.. filters] };
        return filters.Count > 0 ? default : new PacketFault(Reason.ProtocolError, "UNSUBSCRIBE has no filter");
    }

    private static PacketFault DecodeHead(ProtocolVersion version, ulong allowed, ref SpanReader reader, out ushort id, out uint identifier)
    {
        identifier = 0;
        if (!reader.TryUInt16(out id) || id == 0)
        {
            return new PacketFault(Reason.Malformed, "the packet identifier is missing");
        }

        if (version != ProtocolVersion.Mqtt5)
        {
            return default;
        }

        if (!PropertyReader.TryOpen(ref reader, allowed, out var properties))
        {
            return new PacketFault(Reason.Malformed, "the properties are cut short");
        }

        while (properties.TryNext())
        {
            if (properties.Id == Property.SubscriptionIdentifier)
            {
                identifier = properties.Number;
            }
        }

        return properties.Fault;
    }
}
