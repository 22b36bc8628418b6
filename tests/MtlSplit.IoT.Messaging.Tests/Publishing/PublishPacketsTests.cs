using CsCheck;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MtlSplit.IoT.Messaging.Publishing;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests.Publishing;

public sealed class PublishPacketsTests
{
    private static readonly Gen<string> Texts = Gen.String[Gen.Char["abc/äö漢 "], 1, 80];

    [Fact]
    public void Size_IsThatOfTheEncodedPacket() =>
        Gen.Select(Texts, Gen.Int[0, 20_000], Gen.Select(Texts, Texts).Array[0, 4], Gen.Bool, Gen.Bool, Gen.Bool).Sample((topic, length, properties, atLeastOnce, expires, mqtt5) =>
        {
            var message = new BusMessage(topic, new byte[length])
            {
                Qos = atLeastOnce ? BusQos.AtLeastOnce : BusQos.AtMostOnce,
                Expiry = expires ? TimeSpan.FromSeconds(9) : null,
                ContentType = expires ? "application/json" : null,
                UserProperties = [.. properties.Select(p => KeyValuePair.Create(p.Item1, p.Item2))],
            };
            var protocol = mqtt5 ? BusProtocol.Mqtt5 : BusProtocol.Mqtt311;
            var packet = new MqttPublishPacket();
            PublishPackets.Fill(packet, message, protocol, (ushort)(atLeastOnce ? 7 : 0), duplicate: false);
            var encoder = new MqttPacketFormatterAdapter(mqtt5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311, new MqttBufferWriter(1024, 65_536));

            Assert.Equal(encoder.Encode(packet).Length, PublishPackets.SizeOf(message, protocol));
        });
}
