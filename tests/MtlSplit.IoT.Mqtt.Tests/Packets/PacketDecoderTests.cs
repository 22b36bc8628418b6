using System.Text;
using CsCheck;
using MtlSplit.IoT.Mqtt.Packets;
using Xunit;

namespace MtlSplit.IoT.Mqtt.Tests.Packets;

public sealed class PacketDecoderTests
{
    private const int MaximumPacket = 64 * 1024;

    private static readonly Gen<string> Topics = Gen.String[Gen.Char["abc/-_.äö漢 "], 1, 60];

    private static readonly Gen<byte[]> UserProperty = Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 9], Gen.String[Gen.Char["xyz ü"], 0, 20])
        .Select((name, value) => (byte[])[Property.UserProperty, .. Text(name), .. Text(value)]);

    private static readonly Gen<ProtocolVersion> Versions = Gen.Bool.Select(old => old ? ProtocolVersion.Mqtt311 : ProtocolVersion.Mqtt5);

    [Fact]
    public void Publish_EncodedForAClient_DecodesToTheSame_AndNoPartOfItIsAPacket() =>
        Gen.Select(Versions, Topics, Gen.Byte.Array[0, 300], UserProperty.Array[0, 4], Gen.Bool, Gen.Bool, Gen.UShort[1, ushort.MaxValue], Gen.UInt.Nullable())
            .Sample((version, topic, payload, properties, atLeastOnce, retain, id, expiry) =>
            {
                var mqtt5 = version == ProtocolVersion.Mqtt5;
                byte[] forwarded = mqtt5 ? [.. properties.SelectMany(p => p)] : [];
                var message = new Message(new Topic(topic), payload, forwarded, (byte)(atLeastOnce ? 1 : 0), retain, null);
                var delivery = new Delivery(message, (ushort)(atLeastOnce ? id : 0), message.Qos, retain, Duplicate: false, []);
                using var output = new OutputBuffer();
                PacketEncoder.Publish(output, version, delivery, mqtt5 ? expiry : null);
                var bytes = output.Written.ToArray();

                Assert.Equal(bytes.Length, PacketEncoder.PublishLength(version, delivery, mqtt5 ? expiry : null));
                var decoder = Connected(version);
                for (var cut = 0; cut < bytes.Length; cut++)
                {
                    Assert.Equal(DecodeStatus.NeedMore, decoder.Decode(bytes.AsSpan(0, cut), out _, out _, out _));
                }

                Assert.Equal(DecodeStatus.Packet, decoder.Decode([.. bytes, 0xC0, 0x00], out var consumed, out var packet, out _));
                Assert.Equal(bytes.Length, consumed);
                Assert.Equal((PacketKind.Publish, delivery.Id), (packet.Kind, packet.Id));
                var decoded = packet.Message!;
                Assert.Equal((topic, message.Qos, retain, mqtt5 ? expiry : null), (decoded.Topic.Name, decoded.Qos, decoded.Retain, decoded.ExpirySeconds));
                Assert.Equal(payload, decoded.Payload);
                Assert.Equal(forwarded, decoded.Properties);
            });

    [Fact]
    public void Garbage_AfterAConnect_IsNeverThrownThroughAndAlwaysGetsOn() =>
        Gen.Select(Versions, Gen.Byte.Array[0, 400]).Sample((version, bytes) => Drain(Connected(version), bytes), iter: 20_000);

    [Fact]
    public void Garbage_InsteadOfAConnect_IsNeverThrownThrough() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Drain(new PacketDecoder(MaximumPacket), bytes), iter: 20_000);

    [Fact]
    public void GoodPackets_WithBytesChanged_AreNeverThrownThrough()
    {
        byte[][] good =
        [
            [0x82, 14, 0, 9, 2, 0x0B, 5, 0, 5, .. "a/+/#"u8, 1, .. "\0"u8],
            [0xA2, 9, 0, 9, 0, 0, 4, .. "a/b/"u8],
            [0x40, 4, 0, 1, 0x10, 0],
            [0xE0, 7, 0, 5, Property.SessionExpiry, 0, 0, 0, 9],
            [0x32, 23, 0, 3, .. "a/b"u8, 0, 1, 13, Property.MessageExpiry, 0, 0, 0, 9, Property.UserProperty, 0, 1, 97, 0, 1, 98, 120, 121],
        ];
        Gen.Select(Gen.Int[0, good.Length - 1].Select(i => good[i]), Gen.Select(Gen.Int[0, 30], Gen.Byte).Array[1, 4]).Sample(
            (packet, changes) =>
            {
                byte[] bytes = [.. packet];
                foreach (var (at, value) in changes)
                {
                    bytes[at % bytes.Length] = value;
                }

                Drain(Connected(ProtocolVersion.Mqtt5), bytes);
                Drain(new PacketDecoder(MaximumPacket), [.. Connect(ProtocolVersion.Mqtt5), .. bytes]);
            },
            iter: 20_000);
    }

    [Fact]
    public void Connect_WithEverythingInIt_IsReadWhole()
    {
        byte[] properties = [Property.SessionExpiry, 0, 0, 14, 16, Property.ReceiveMaximum, 0, 20, Property.MaximumPacketSize, 0, 8, 0, 0];
        byte[] willProperties = [Property.WillDelay, 0, 0, 0, 5];
        byte[] body =
        [
            .. Text("MQTT"), 5, 0b1110_1110, 0, 60, (byte)properties.Length, .. properties, .. Text("me"),
            (byte)willProperties.Length, .. willProperties, .. Text("a/will"), .. Text("gone"), .. Text("user"), .. Text("secret"),
        ];

        Assert.Equal(DecodeStatus.Packet, new PacketDecoder(MaximumPacket).Decode([0x10, (byte)body.Length, .. body], out _, out var packet, out _));

        var connect = packet.Connect!;
        Assert.Equal((ProtocolVersion.Mqtt5, "me", true, 60, "user"), (connect.Version, connect.ClientId, connect.CleanStart, connect.KeepAlive, connect.UserName));
        Assert.Equal("secret"u8.ToArray(), connect.Password);
        Assert.Equal((3600u, 20, 0x80000u, 5u), (connect.SessionExpiry, connect.ReceiveMaximum, connect.MaximumPacketSize, connect.WillDelay));
        Assert.Equal(("a/will", 1, true), (connect.Will!.Topic.Name, connect.Will.Qos, connect.Will.Retain));
        Assert.Equal("gone"u8.ToArray(), connect.Will.Payload);
    }

    public static TheoryData<string, byte, byte[]> Faults => new()
    {
        { "length of five bytes", Reason.Malformed, [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1] },
        { "larger than allowed", Reason.PacketTooLarge, [0x30, 0xFF, 0xFF, 0x7F] },
        { "second CONNECT", Reason.ProtocolError, Connect(ProtocolVersion.Mqtt5) },
        { "QoS 2", Reason.QosNotSupported, [0x34, 6, 0, 1, 97, 0, 1, 0] },
        { "QoS 3", Reason.Malformed, [0x36, 6, 0, 1, 97, 0, 1, 0] },
        { "packet identifier 0", Reason.Malformed, [0x32, 6, 0, 1, 97, 0, 0, 0] },
        { "wildcard in a topic", Reason.TopicInvalid, [0x30, 4, 0, 1, (byte)'#', 0] },
        { "empty topic", Reason.TopicInvalid, [0x30, 3, 0, 0, 0] },
        { "U+0000 in a topic", Reason.TopicInvalid, [0x30, 5, 0, 2, 97, 0, 0] },
        { "bad UTF-8 in a topic", Reason.TopicInvalid, [0x30, 5, 0, 2, 0xC3, 0x28, 0] },
        { "bad UTF-8 in a user property", Reason.Malformed, [0x30, 12, 0, 1, 97, 8, Property.UserProperty, 0, 2, 0xC3, 0x28, 0, 1, 98] },
        { "topic alias", Reason.TopicAliasInvalid, [0x30, 7, 0, 1, 97, 3, Property.TopicAlias, 0, 1] },
        { "property twice", Reason.ProtocolError, [0x30, 8, 0, 1, 97, 4, Property.PayloadFormat, 1, Property.PayloadFormat, 1] },
        { "property of another packet", Reason.ProtocolError, [0x30, 7, 0, 1, 97, 3, Property.ReceiveMaximum, 0, 1] },
        { "properties longer than the packet", Reason.Malformed, [0x30, 4, 0, 1, 97, 9] },
        { "SUBSCRIBE without filters", Reason.ProtocolError, [0x82, 3, 0, 1, 0] },
        { "SUBSCRIBE with reserved flags", Reason.Malformed, [0x80, 7, 0, 1, 0, 0, 1, 97, 1] },
        { "server's packet", Reason.ProtocolError, [0x20, 2, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Packet_ThatBreaksARule_IsAFaultWithItsReason(string what, byte reason, byte[] bytes)
    {
        Assert.Equal(DecodeStatus.Fault, Connected(ProtocolVersion.Mqtt5).Decode(bytes, out _, out _, out var fault));
        Assert.True(reason == fault.Reason, $"{what}: 0x{fault.Reason:x2} {fault.What}");
        Assert.NotEmpty(fault.What);
    }

    [Fact]
    public void Publish_WithAHundredThousandProperties_CostsNoMoreThanItsBytes()
    {
        byte[] properties = [.. Enumerable.Repeat<byte[]>([Property.UserProperty, 0, 0, 0, 0], 100_000).SelectMany(p => p)];
        byte[] body = [0, 1, 97, .. Variable(properties.Length), .. properties];
        byte[] packet = [0x30, .. Variable(body.Length), .. body];
        var decoder = new PacketDecoder(1 << 20);
        decoder.Decode(Connect(ProtocolVersion.Mqtt5), out _, out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(DecodeStatus.Packet, decoder.Decode(packet, out _, out var decoded, out _));

        Assert.Equal(properties, decoded.Message!.Properties);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * packet.Length);
    }

    private static void Drain(PacketDecoder decoder, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            switch (decoder.Decode(bytes, out var consumed, out var packet, out var fault))
            {
                case DecodeStatus.Packet:
                    Assert.InRange(consumed, 2, bytes.Length);
                    Assert.NotEqual(PacketKind.None, packet.Kind);
                    bytes = bytes[consumed..];
                    break;
                case DecodeStatus.NeedMore:
                    Assert.InRange(decoder.Wanted, 0, MaximumPacket);
                    return;
                default:
                    Assert.NotEqual(Reason.Success, fault.Reason);
                    return;
            }
        }
    }

    private static PacketDecoder Connected(ProtocolVersion version)
    {
        var decoder = new PacketDecoder(MaximumPacket);
        Assert.Equal(DecodeStatus.Packet, decoder.Decode(Connect(version), out _, out _, out _));
        return decoder;
    }

    private static byte[] Connect(ProtocolVersion version)
    {
        byte[] body = [.. Text("MQTT"), (byte)version, 2, 0, 60, .. version == ProtocolVersion.Mqtt5 ? new byte[] { 0 } : [], .. Text("me")];
        return [0x10, (byte)body.Length, .. body];
    }

    private static byte[] Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return [(byte)(utf8.Length >> 8), (byte)utf8.Length, .. utf8];
    }

    private static byte[] Variable(int value)
    {
        List<byte> bytes = [];
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
