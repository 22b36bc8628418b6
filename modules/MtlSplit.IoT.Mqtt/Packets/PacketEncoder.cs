using System.Buffers.Binary;
using System.Text;

namespace MtlSplit.IoT.Mqtt.Packets;

/// <summary>Writes the packets that a server sends. Thread-safe; the output is not.</summary>
public static class PacketEncoder
{
    /// <summary>Writes CONNACK.</summary>
    public static void ConnAck(OutputBuffer output, ProtocolVersion version, ConnAck answer)
    {
        if (version != ProtocolVersion.Mqtt5)
        {
            Put(output, PacketKind.ConnAck, [(byte)(answer.SessionPresent ? 1 : 0), Reason.ForConnAck311(answer.Reason)]);
            return;
        }

        var properties = new List<byte>();
        if (answer.Reason == Reason.Success)
        {
            properties.AddRange([Property.MaximumQos, 1, Property.SharedSubscriptionAvailable, 1]);
            properties.AddRange([Property.ReceiveMaximum, (byte)(answer.ReceiveMaximum >> 8), (byte)answer.ReceiveMaximum]);
            AddNumber(properties, Property.MaximumPacketSize, answer.MaximumPacketSize);
            if (answer.SessionExpiry is { } expiry)
            {
                AddNumber(properties, Property.SessionExpiry, expiry);
            }

            AddText(properties, Property.AssignedClientId, answer.AssignedClientId);
        }

        AddText(properties, Property.ReasonString, answer.Why);
        var body = new List<byte> { (byte)(answer.SessionPresent ? 1 : 0), answer.Reason };
        AddVariable(body, properties.Count);
        Put(output, PacketKind.ConnAck, [.. body, .. properties]);
    }

    /// <summary>How long the PUBLISH is on the wire, in bytes.</summary>
    public static int PublishLength(ProtocolVersion version, in Delivery delivery, uint? expirySeconds)
    {
        var remaining = PublishRemaining(version, delivery, expirySeconds, out _);
        return 1 + VariableLength(remaining) + remaining;
    }

    /// <summary>Writes PUBLISH.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">What the client speaks.</param>
    /// <param name="delivery">What to send.</param>
    /// <param name="expirySeconds">What is left of the message's life; null = it has no end. MQTT 5 only.</param>
    public static void Publish(OutputBuffer output, ProtocolVersion version, in Delivery delivery, uint? expirySeconds)
    {
        var message = delivery.Message;
        var remaining = PublishRemaining(version, delivery, expirySeconds, out var propertiesLength);
        var span = output.Take(1 + VariableLength(remaining) + remaining);
        span[0] = (byte)((int)PacketKind.Publish << 4 | (delivery.Duplicate ? 8 : 0) | delivery.Qos << 1 | (delivery.Retain ? 1 : 0));
        span = span[(1 + PutVariable(span[1..], remaining))..];
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)message.Topic.Utf8.Length);
        message.Topic.Utf8.CopyTo(span[2..]);
        span = span[(2 + message.Topic.Utf8.Length)..];
        if (delivery.Qos > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(span, delivery.Id);
            span = span[2..];
        }

        if (version == ProtocolVersion.Mqtt5)
        {
            span = span[PutVariable(span, propertiesLength)..];
            if (expirySeconds is { } expiry)
            {
                span[0] = Property.MessageExpiry;
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], expiry);
                span = span[5..];
            }

            foreach (var identifier in delivery.Identifiers)
            {
                span[0] = Property.SubscriptionIdentifier;
                span = span[(1 + PutVariable(span[1..], (int)identifier))..];
            }

            message.Properties.CopyTo(span);
            span = span[message.Properties.Length..];
        }

        message.Payload.CopyTo(span);
    }

    /// <summary>Writes PUBACK; its reason exists in MQTT 5 only.</summary>
    public static void PubAck(OutputBuffer output, ProtocolVersion version, ushort id, byte reason)
    {
        if (version != ProtocolVersion.Mqtt5 || reason == Reason.Success)
        {
            var span = output.Take(4);
            span[0] = (int)PacketKind.PubAck << 4;
            span[1] = 2;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], id);
            return;
        }

        Put(output, PacketKind.PubAck, [(byte)(id >> 8), (byte)id, reason]);
    }

    /// <summary>Writes SUBACK.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">What the client speaks.</param>
    /// <param name="id">The packet identifier of the SUBSCRIBE.</param>
    /// <param name="reasons">For each filter in order: the granted QoS, or why it is refused.</param>
    public static void SubAck(OutputBuffer output, ProtocolVersion version, ushort id, ReadOnlySpan<byte> reasons)
    {
        byte[] codes = version == ProtocolVersion.Mqtt5 ? reasons.ToArray() : [.. reasons.ToArray().Select(reason => reason > 2 ? Reason.Unspecified : reason)];
        Put(output, PacketKind.SubAck, version == ProtocolVersion.Mqtt5 ? [(byte)(id >> 8), (byte)id, 0, .. codes] : [(byte)(id >> 8), (byte)id, .. codes]);
    }

    /// <summary>Writes UNSUBACK; its reasons exist in MQTT 5 only.</summary>
    public static void UnsubAck(OutputBuffer output, ProtocolVersion version, ushort id, ReadOnlySpan<byte> reasons) =>
        Put(output, PacketKind.UnsubAck, version == ProtocolVersion.Mqtt5 ? [(byte)(id >> 8), (byte)id, 0, .. reasons] : [(byte)(id >> 8), (byte)id]);

    /// <summary>Writes PINGRESP.</summary>
    public static void PingResp(OutputBuffer output) => Put(output, PacketKind.PingResp, []);

    /// <summary>DISCONNECT with its reason; MQTT 3.1.1 servers have none to send, there the connection just ends.</summary>
    public static void Disconnect(OutputBuffer output, ProtocolVersion version, byte reason, string? why)
    {
        if (version != ProtocolVersion.Mqtt5)
        {
            return;
        }

        var properties = new List<byte>();
        AddText(properties, Property.ReasonString, why);
        var body = new List<byte> { reason };
        AddVariable(body, properties.Count);
        Put(output, PacketKind.Disconnect, [.. body, .. properties]);
    }

    private static int PublishRemaining(ProtocolVersion version, in Delivery delivery, uint? expirySeconds, out int propertiesLength)
    {
        var message = delivery.Message;
        propertiesLength = 0;
        var remaining = 2 + message.Topic.Utf8.Length + (delivery.Qos > 0 ? 2 : 0) + message.Payload.Length;
        if (version != ProtocolVersion.Mqtt5)
        {
            return remaining;
        }

        propertiesLength = message.Properties.Length + (expirySeconds is null ? 0 : 5);
        foreach (var identifier in delivery.Identifiers)
        {
            propertiesLength += 1 + VariableLength((int)identifier);
        }

        return remaining + VariableLength(propertiesLength) + propertiesLength;
    }

    private static void Put(OutputBuffer output, PacketKind kind, ReadOnlySpan<byte> body)
    {
        var span = output.Take(1 + VariableLength(body.Length) + body.Length);
        span[0] = (byte)((int)kind << 4);
        body.CopyTo(span[(1 + PutVariable(span[1..], body.Length))..]);
    }

    private static int VariableLength(int value) => value switch
    {
        < 0x80 => 1,
        < 0x4000 => 2,
        < 0x20_0000 => 3,
        _ => 4,
    };

    private static int PutVariable(Span<byte> span, int value)
    {
        var length = 0;
        do
        {
            var more = value > 0x7F ? 0x80 : 0;
            span[length++] = (byte)(value & 0x7F | more);
            value >>= 7;
        }
        while (value > 0);

        return length;
    }

    private static void AddVariable(List<byte> bytes, int value)
    {
        Span<byte> span = stackalloc byte[4];
        bytes.AddRange(span[..PutVariable(span, value)]);
    }

    private static void AddNumber(List<byte> bytes, byte property, uint value) =>
        bytes.AddRange([property, (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    private static void AddText(List<byte> bytes, byte property, string? text)
    {
        if (text is null)
        {
            return;
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        bytes.AddRange([property, (byte)(utf8.Length >> 8), (byte)utf8.Length]);
        bytes.AddRange(utf8);
    }
}
