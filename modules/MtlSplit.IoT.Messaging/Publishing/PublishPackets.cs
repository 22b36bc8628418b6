using System.Buffers;
using System.Text;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MtlSplit.IoT.Messaging.Publishing;

/// <summary>Bus messages as PUBLISH packets: their size, their faults, their fields.</summary>
internal static class PublishPackets
{
    private const int LongestString = ushort.MaxValue;

    /// <summary>Why a message can never be sent; 0 if it can.</summary>
    public static byte FaultOf(BusMessage message)
    {
        var topic = message.Topic;
        if (topic.Length == 0 || topic.AsSpan().IndexOfAny('+', '#', '\0') >= 0 || Encoding.UTF8.GetByteCount(topic) > LongestString)
        {
            return BusReasons.TopicNameInvalid;
        }

        if (message.ContentType is { } type && Encoding.UTF8.GetByteCount(type) > LongestString)
        {
            return BusReasons.PacketTooLarge;
        }

        for (var i = 0; i < message.UserProperties.Count; i++)
        {
            var (name, value) = message.UserProperties[i];
            if (Encoding.UTF8.GetByteCount(name) > LongestString || Encoding.UTF8.GetByteCount(value) > LongestString)
            {
                return BusReasons.PacketTooLarge;
            }
        }

        return 0;
    }

    /// <summary>The encoded packet's size in bytes.</summary>
    public static long SizeOf(BusMessage message, BusProtocol protocol)
    {
        var body = 2L + Encoding.UTF8.GetByteCount(message.Topic) + (message.Qos == BusQos.AtLeastOnce ? 2 : 0) + message.Payload.Length;
        if (protocol == BusProtocol.Mqtt5)
        {
            long properties = message.Expiry is null ? 0 : 5;
            if (message.ContentType is { } type)
            {
                properties += 3 + Encoding.UTF8.GetByteCount(type);
            }

            for (var i = 0; i < message.UserProperties.Count; i++)
            {
                var (name, value) = message.UserProperties[i];
                properties += 5 + Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
            }

            body += LengthSize(properties) + properties;
        }

        return 1 + LengthSize(body) + body;
    }

    /// <summary>Writes a message's fields into a packet that is used again and again.</summary>
    public static void Fill(MqttPublishPacket packet, BusMessage message, BusProtocol protocol, ushort packetId, bool duplicate)
    {
        packet.Topic = message.Topic;
        packet.Payload = message.Payload.IsEmpty ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(message.Payload);
        packet.QualityOfServiceLevel =
            message.Qos == BusQos.AtLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce;
        packet.Retain = message.Retain;
        packet.PacketIdentifier = packetId;
        packet.Dup = duplicate;
        if (protocol == BusProtocol.Mqtt5)
        {
            packet.ContentType = message.ContentType;
            packet.MessageExpiryInterval = ExpirySeconds(message);
            packet.UserProperties = UserProperties(message);
        }
    }

    /// <summary>MQTT 5's expiry of a message, in seconds; 0: none.</summary>
    public static uint ExpirySeconds(BusMessage message) =>
        message.Expiry is { } expiry ? (uint)Math.Clamp(Math.Ceiling(expiry.TotalSeconds), 1, uint.MaxValue) : 0;

    /// <summary>A message's user properties, or null.</summary>
    public static List<MqttUserProperty>? UserProperties(BusMessage message)
    {
        if (message.UserProperties.Count == 0)
        {
            return null;
        }

        var properties = new List<MqttUserProperty>(message.UserProperties.Count);
        for (var i = 0; i < message.UserProperties.Count; i++)
        {
            var (name, value) = message.UserProperties[i];
            properties.Add(new MqttUserProperty(name, new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(value))));
        }

        return properties;
    }

    private static int LengthSize(long length) => length switch
    {
        < 128 => 1,
        < 16_384 => 2,
        < 2_097_152 => 3,
        _ => 4,
    };
}
