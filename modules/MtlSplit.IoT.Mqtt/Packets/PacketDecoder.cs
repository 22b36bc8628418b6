using System.Text;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>
/// Decodes the packets of one connection. Input is hostile until shown otherwise: whatever the bytes, the answer is a packet, a
/// wish for more, or a fault with its reason code; nothing throws and nothing is allocated for what a packet merely claims. Not thread-safe.
/// </summary>
/// <param name="maximumPacket">The longest packet to take, header included, in bytes.</param>
public sealed class PacketDecoder(int maximumPacket)
{
    private const int CachedTopics = 16;
    private readonly Topic?[] _topics = new Topic?[CachedTopics];

    /// <summary>What the client's CONNECT chose; before it, nothing but a CONNECT is taken.</summary>
    public ProtocolVersion Version { get; private set; }

    /// <summary>What the client's CONNECT says it speaks, known even where the rest of the CONNECT is at fault.</summary>
    public ProtocolVersion Claimed { get; private set; }

    /// <summary>After <see cref="DecodeStatus.NeedMore"/>: how long the packet at the front is as a whole, or 0 while unknown.</summary>
    public int Wanted { get; private set; }

    /// <summary>Decodes the packet at the front of a buffer.</summary>
    /// <param name="buffer">What was received and not consumed so far.</param>
    /// <param name="consumed">After <see cref="DecodeStatus.Packet"/>: how many bytes the packet took.</param>
    /// <param name="packet">The packet, after <see cref="DecodeStatus.Packet"/>.</param>
    /// <param name="fault">What is wrong, after <see cref="DecodeStatus.Fault"/>; nothing more is to be decoded then.</param>
    public DecodeStatus Decode(ReadOnlySpan<byte> buffer, out int consumed, out ClientPacket packet, out PacketFault fault)
    {
        consumed = 0;
        packet = default;
        fault = default;
        Wanted = 0;
        if (buffer.Length < 2)
        {
            return DecodeStatus.NeedMore;
        }

        if (Version == ProtocolVersion.None && (PacketKind)(buffer[0] >> 4) != PacketKind.Connect)
        {
            // Known from its first byte: a stranger to MQTT is not waited for.
            fault = new PacketFault(Reason.ProtocolError, "the first packet is not CONNECT");
            return DecodeStatus.Fault;
        }

        var reader = new SpanReader(buffer[1..]);
        if (!reader.TryVariable(out var length))
        {
            if (buffer.Length < 5)
            {
                return DecodeStatus.NeedMore;
            }

            fault = new PacketFault(Reason.Malformed, "the remaining length has more than four bytes");
            return DecodeStatus.Fault;
        }

        var header = buffer.Length - reader.Rest.Length;
        if (header + length > (uint)maximumPacket)
        {
            fault = new PacketFault(Reason.PacketTooLarge, $"a packet of {header + length} bytes is over the limit of {maximumPacket}");
            return DecodeStatus.Fault;
        }

        if (length > (uint)reader.Rest.Length)
        {
            Wanted = header + (int)length;
            return DecodeStatus.NeedMore;
        }

        consumed = header + (int)length;
        fault = DecodeBody(buffer[0], buffer[header..consumed], out packet);
        return fault.Reason == Reason.Success ? DecodeStatus.Packet : DecodeStatus.Fault;
    }

    private PacketFault DecodeBody(byte first, ReadOnlySpan<byte> body, out ClientPacket packet)
    {
        packet = default;
        var kind = (PacketKind)(first >> 4);
        if (kind == PacketKind.Connect && Version != ProtocolVersion.None)
        {
            return new PacketFault(Reason.ProtocolError, "a second CONNECT");
        }

        var flags = first & 0x0F;
        if (kind != PacketKind.Publish && flags != (kind is PacketKind.Subscribe or PacketKind.Unsubscribe or PacketKind.PubRel ? 2 : 0))
        {
            return new PacketFault(Reason.Malformed, $"{kind} has reserved flags set");
        }

        var reader = new SpanReader(body);
        switch (kind)
        {
            case PacketKind.Connect:
                var fault = ConnectDecoder.Decode(ref reader, out var claimed, out var connect);
                Claimed = claimed;
                if (connect is not null)
                {
                    Version = connect.Version;
                    packet = new ClientPacket { Kind = kind, Connect = connect };
                }

                return fault;
            case PacketKind.Publish:
                return DecodePublish(flags, ref reader, out packet);
            case PacketKind.PubAck:
                return DecodePubAck(ref reader, out packet);
            case PacketKind.Subscribe:
                return FilterDecoder.DecodeSubscribe(Version, ref reader, out packet);
            case PacketKind.Unsubscribe:
                return FilterDecoder.DecodeUnsubscribe(Version, ref reader, out packet);
            case PacketKind.PingReq:
                packet = new ClientPacket { Kind = kind };
                return body.IsEmpty ? default : new PacketFault(Reason.Malformed, "PINGREQ has a body");
            case PacketKind.Disconnect:
                return DecodeDisconnect(ref reader, out packet);
            case PacketKind.PubRec or PacketKind.PubRel or PacketKind.PubComp:
                return new PacketFault(Reason.ProtocolError, $"{kind} belongs to QoS 2, which is not offered");
            default:
                return new PacketFault(Reason.ProtocolError, $"{kind} is not for a client to send");
        }
    }

    private PacketFault DecodePublish(int flags, ref SpanReader reader, out ClientPacket packet)
    {
        packet = default;
        var qos = (byte)((flags >> 1) & 3);
        if (qos > 1)
        {
            return qos == 2
                ? new PacketFault(Reason.QosNotSupported, "QoS 2 is not offered; CONNACK says maximum QoS 1")
                : new PacketFault(Reason.Malformed, "QoS 3 does not exist");
        }

        if (!reader.TryText(out var name) || name.IndexOfAny((byte)'+', (byte)'#') >= 0)
        {
            return new PacketFault(Reason.TopicInvalid, "the topic name is not UTF-8 without wildcards and U+0000");
        }

        ushort id = 0;
        if (qos > 0 && (!reader.TryUInt16(out id) || id == 0))
        {
            return new PacketFault(Reason.Malformed, "a QoS 1 PUBLISH has no packet identifier");
        }

        var parts = new MessageParts();
        if (Version == ProtocolVersion.Mqtt5)
        {
            if (!PropertyReader.TryOpen(ref reader, Property.InPublish, out var properties))
            {
                return new PacketFault(Reason.Malformed, "the properties of a PUBLISH are cut short");
            }

            var fault = parts.Read(ref properties);
            if (fault.Reason != Reason.Success)
            {
                return fault;
            }
        }

        if (name.IsEmpty)
        {
            return new PacketFault(Reason.TopicInvalid, "the topic name is empty");
        }

        var message = new Message(TopicFor(name), reader.Rest.ToArray(), parts.Forwarded, qos, (flags & 1) != 0, parts.ExpirySeconds);
        packet = new ClientPacket { Kind = PacketKind.Publish, Id = id, Message = message };
        return default;
    }

    private PacketFault DecodePubAck(ref SpanReader reader, out ClientPacket packet)
    {
        packet = default;
        if (!reader.TryUInt16(out var id))
        {
            return new PacketFault(Reason.Malformed, "PUBACK has no packet identifier");
        }

        byte code = 0;
        if (Version == ProtocolVersion.Mqtt5 && reader.TryByte(out code) && !reader.Rest.IsEmpty)
        {
            var fault = SkipProperties(ref reader, Property.InPubAck, out _);
            if (fault.Reason != Reason.Success)
            {
                return fault;
            }
        }

        packet = new ClientPacket { Kind = PacketKind.PubAck, Id = id, Code = code };
        return reader.Rest.IsEmpty ? default : new PacketFault(Reason.Malformed, "PUBACK is too long");
    }

    private PacketFault DecodeDisconnect(ref SpanReader reader, out ClientPacket packet)
    {
        packet = default;
        byte code = 0;
        uint? expiry = null;
        if (Version == ProtocolVersion.Mqtt5 && reader.TryByte(out code) && !reader.Rest.IsEmpty)
        {
            var fault = SkipProperties(ref reader, Property.InDisconnect, out expiry);
            if (fault.Reason != Reason.Success)
            {
                return fault;
            }
        }

        packet = new ClientPacket { Kind = PacketKind.Disconnect, Code = code, Number = expiry };
        return reader.Rest.IsEmpty ? default : new PacketFault(Reason.Malformed, "DISCONNECT is too long");
    }

    private static PacketFault SkipProperties(ref SpanReader reader, ulong allowed, out uint? sessionExpiry)
    {
        sessionExpiry = null;
        if (!PropertyReader.TryOpen(ref reader, allowed, out var properties))
        {
            return new PacketFault(Reason.Malformed, "the properties are cut short");
        }

        while (properties.TryNext())
        {
            if (properties.Id == Property.SessionExpiry)
            {
                sessionExpiry = properties.Number;
            }
        }

        return properties.Fault;
    }

    /// <summary>A vehicle publishes on the same topic all day: the same bytes give the same object, without decoding.</summary>
    private Topic TopicFor(ReadOnlySpan<byte> name)
    {
        var slot = (name[^1] + 31 * name[name.Length / 2] + name.Length) % CachedTopics;
        var cached = _topics[slot];
        if (cached is not null && name.SequenceEqual(cached.Utf8))
        {
            return cached;
        }

        return _topics[slot] = new Topic(Encoding.UTF8.GetString(name), name.ToArray());
    }
}
