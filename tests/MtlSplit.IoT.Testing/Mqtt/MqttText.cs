using System.Buffers.Binary;
using System.Text;

namespace MtlSplit.IoT.Testing.Mqtt;

/// <summary>MQTT 3.1.1 by hand, after its specification, so that no client and no server is judged by a codec that it uses itself.</summary>
public static class MqttText
{
    public static MqttConnect Connect(byte[] body)
    {
        var at = 0;
        var name = Text(body, ref at);
        var level = body[at++];
        var flags = body[at++];
        var keepAlive = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at));
        at += 2;
        var client = Text(body, ref at);
        var will = (flags & 0x04) != 0;
        var topic = will ? Text(body, ref at) : null;
        var message = will ? Bytes(body, ref at) : null;
        var user = (flags & 0x80) != 0 ? Text(body, ref at) : null;
        var password = (flags & 0x40) != 0 ? Bytes(body, ref at) : null;
        return at == body.Length
            ? new MqttConnect(name, level, flags, keepAlive, client, topic, message, user, password)
            : throw new InvalidDataException($"CONNECT has {body.Length - at} bytes too many.");
    }

    public static MqttPublish Publish(byte header, byte[] body)
    {
        var at = 0;
        var topic = Text(body, ref at);
        var qos = (header >> 1) & 3;
        ushort id = 0;
        if (qos > 0)
        {
            id = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at));
            at += 2;
        }

        return new MqttPublish(topic, body[at..], qos, (header & 1) != 0, (header & 8) != 0, id);
    }

    public static MqttSubscribe Subscribe(byte[] body)
    {
        var at = 2;
        List<(string, byte)> filters = [];
        while (at < body.Length)
        {
            filters.Add((Text(body, ref at), body[at++]));
        }

        return new MqttSubscribe(BinaryPrimitives.ReadUInt16BigEndian(body), filters);
    }

    public static byte[] ConnAck(byte code, bool sessionPresent) => [0x20, 2, sessionPresent && code == 0 ? (byte)1 : (byte)0, code];

    public static byte[] PubAck(ushort id) => [0x40, 2, (byte)(id >> 8), (byte)id];

    public static byte[] SubAck(ushort id, IEnumerable<byte> codes)
    {
        byte[] body = [(byte)(id >> 8), (byte)id, .. codes];
        return Packet(0x90, body);
    }

    public static byte[] Encode(MqttPublish publish)
    {
        var topic = Encoding.UTF8.GetBytes(publish.Topic);
        byte[] body = [
            (byte)(topic.Length >> 8), (byte)topic.Length, .. topic,
            .. publish.Qos > 0 ? new[] { (byte)(publish.PacketId >> 8), (byte)publish.PacketId } : [],
            .. publish.Payload];
        return Packet((byte)(0x30 | (publish.Duplicate ? 8 : 0) | (publish.Qos << 1) | (publish.Retain ? 1 : 0)), body);
    }

    public static byte[] Packet(byte header, byte[] body)
    {
        List<byte> head = [header];
        var rest = body.Length;
        do
        {
            head.Add((byte)((rest % 128) | (rest >= 128 ? 128 : 0)));
            rest /= 128;
        }
        while (rest > 0);

        return [.. head, .. body];
    }

    private static string Text(byte[] body, ref int at) => Encoding.UTF8.GetString(Bytes(body, ref at));

    private static byte[] Bytes(byte[] body, ref int at)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at));
        var bytes = body[(at + 2)..(at + 2 + length)];
        at += 2 + length;
        return bytes;
    }
}
