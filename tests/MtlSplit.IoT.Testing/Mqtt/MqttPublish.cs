using System.Text;

namespace MtlSplit.IoT.Testing.Mqtt;

/// <summary>A PUBLISH of MQTT 3.1.1. The identifier is 0 at QoS 0.</summary>
public sealed record MqttPublish(string Topic, byte[] Payload, int Qos, bool Retain, bool Duplicate, ushort PacketId)
{
    public string Text => Encoding.UTF8.GetString(Payload);
}
