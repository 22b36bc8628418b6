using System.Text;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>Decodes CONNECT of MQTT 3.1.1 and 5.</summary>
internal static class ConnectDecoder
{
    public static PacketFault Decode(ref SpanReader reader, out ProtocolVersion version, out ConnectPacket? connect)
    {
        connect = null;

        // The answer that every client understands, where it speaks neither.
        version = ProtocolVersion.Mqtt311;
        if (!reader.TryBinary(out var protocol) || !protocol.SequenceEqual("MQTT"u8) || !reader.TryByte(out var level) || level is not (4 or 5))
        {
            return new PacketFault(Reason.UnsupportedVersion, "the protocol is neither MQTT 3.1.1 nor 5");
        }

        version = (ProtocolVersion)level;
        if (!reader.TryByte(out var flags) || (flags & 1) != 0 || !reader.TryUInt16(out var keepAlive))
        {
            return Short("the header of CONNECT");
        }

        uint sessionExpiry = 0;
        uint maximumPacket = uint.MaxValue;
        var receiveMaximum = ushort.MaxValue;
        if (version == ProtocolVersion.Mqtt5)
        {
            if (!PropertyReader.TryOpen(ref reader, Property.InConnect, out var properties))
            {
                return Short("the properties of CONNECT");
            }

            while (properties.TryNext())
            {
                switch (properties.Id)
                {
                    case Property.SessionExpiry:
                        sessionExpiry = properties.Number;
                        break;
                    case Property.ReceiveMaximum when properties.Number > 0:
                        receiveMaximum = (ushort)properties.Number;
                        break;
                    case Property.MaximumPacketSize when properties.Number > 0:
                        maximumPacket = properties.Number;
                        break;
                    case Property.ReceiveMaximum or Property.MaximumPacketSize:
                        return new PacketFault(Reason.ProtocolError, "receive maximum and maximum packet size may not be 0");
                    case Property.AuthenticationMethod:
                        return new PacketFault(Reason.BadAuthenticationMethod, "enhanced authentication is not offered");
                }
            }

            if (properties.Fault.Reason != Reason.Success)
            {
                return properties.Fault;
            }
        }
        else if ((flags & 2) == 0)
        {
            // A 3.1.1 session without the clean flag has no end of its own.
            sessionExpiry = uint.MaxValue;
        }

        if (!reader.TryText(out var clientId))
        {
            return Short("the client identifier");
        }

        var fault = DecodeWill(version, flags, ref reader, out var will, out var willDelay);
        if (fault.Reason != Reason.Success)
        {
            return fault;
        }

        ReadOnlySpan<byte> userName = default;
        ReadOnlySpan<byte> password = default;
        if (((flags & 0x80) != 0 && !reader.TryText(out userName)) || ((flags & 0x40) != 0 && !reader.TryBinary(out password)) || !reader.Rest.IsEmpty)
        {
            return Short("the user name and password");
        }

        connect = new ConnectPacket
        {
            Version = version,
            ClientId = Encoding.UTF8.GetString(clientId),
            CleanStart = (flags & 2) != 0,
            KeepAlive = keepAlive,
            UserName = (flags & 0x80) != 0 ? Encoding.UTF8.GetString(userName) : null,
            Password = (flags & 0x40) != 0 ? password.ToArray() : null,
            Will = will,
            WillDelay = willDelay,
            SessionExpiry = sessionExpiry,
            ReceiveMaximum = receiveMaximum,
            MaximumPacketSize = maximumPacket,
        };
        return default;
    }

    private static PacketFault DecodeWill(ProtocolVersion version, byte flags, ref SpanReader reader, out Message? will, out uint delay)
    {
        will = null;
        delay = 0;
        var qos = (byte)((flags >> 3) & 3);
        if ((flags & 4) == 0)
        {
            return (flags & 0x38) == 0 ? default : new PacketFault(Reason.Malformed, "CONNECT has will flags without a will");
        }

        if (qos > 1)
        {
            return new PacketFault(Reason.QosNotSupported, "the will asks for QoS 2, which is not offered");
        }

        var parts = new MessageParts();
        if (version == ProtocolVersion.Mqtt5)
        {
            if (!PropertyReader.TryOpen(ref reader, Property.InWill, out var properties))
            {
                return Short("the properties of the will");
            }

            var fault = parts.Read(ref properties);
            if (fault.Reason != Reason.Success)
            {
                return fault;
            }
        }

        if (!reader.TryText(out var topic) || topic.IsEmpty || topic.IndexOfAny((byte)'+', (byte)'#') >= 0)
        {
            return new PacketFault(Reason.TopicInvalid, "the will's topic is empty, not UTF-8 or has wildcards");
        }

        if (!reader.TryBinary(out var payload))
        {
            return Short("the will's payload");
        }

        delay = parts.WillDelay;
        will = new Message(new Topic(Encoding.UTF8.GetString(topic), topic.ToArray()), payload.ToArray(), parts.Forwarded, qos, (flags & 0x20) != 0, parts.ExpirySeconds);
        return default;
    }

    private static PacketFault Short(string what) => new(Reason.Malformed, $"{what}: malformed or cut short");
}
